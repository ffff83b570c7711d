package dev.skep.operator.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RenewalTest {
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
  private static final Lives LIVES =
      new Lives(Duration.ofDays(90), Duration.ofDays(3650), Duration.ofHours(1));
  private static final List<String> NAMES = List.of("skep-operator", "skep-operator.ns.svc");
  private static final KeyMaterial NOTHING = KeyMaterial.of(Map.of());

  @Test
  @DisplayName("an empty Secret is filled, and then left alone for two thirds of 90 days")
  void filledOnce() {
    assertThat(Renewal.of(NOTHING, LIVES, START)).isEqualTo(Renewal.BEGIN);

    KeyMaterial filled = begun(START);

    assertThat(Renewal.of(filled, LIVES, START)).isEqualTo(Renewal.KEEP);
    assertThat(Renewal.of(filled, LIVES, days(59))).isEqualTo(Renewal.KEEP);
    assertThat(Renewal.of(filled, LIVES, days(60))).isEqualTo(Renewal.SERVER);
  }

  @Test
  @DisplayName("keys are not in what a log line would show of it")
  void keysAreNotSaid() {
    KeyMaterial filled = begun(START);

    assertThat(filled.toString()).contains("BEGIN CERTIFICATE").doesNotContain("PRIVATE");
    assertThat(new MirrorCertificate.Found.Here(filled, "").toString()).doesNotContain("PRIVATE");
  }

  @Test
  @DisplayName("a renewed certificate is of the same authority: no daemon has to learn anything")
  void renewedByTheSameAuthority() {
    KeyMaterial filled = begun(START);
    KeyMaterial renewed = renewed(filled, days(60));

    assertThat(renewed.authorities()).isEqualTo(filled.authorities());
    assertThat(renewed.certificate()).isNotEqualTo(filled.certificate());
    assertThat(Renewal.of(renewed, LIVES, days(119))).isEqualTo(Renewal.KEEP);
  }

  @Test
  @DisplayName("a new authority is trusted an hour before it is needed, the old one an hour after")
  void authoritiesOverlap() {
    Instant due = START.plus(Duration.ofDays(3650).multipliedBy(2).dividedBy(3));
    KeyMaterial old = renewed(begun(START), due.minus(Duration.ofDays(1)));
    assertThat(Renewal.of(old, LIVES, due)).isEqualTo(Renewal.AUTHORITY);

    KeyMaterial both = old.withAuthority(Issuer.authority(LIVES.authority(), due));
    assertThat(both.certificate()).isEqualTo(old.certificate());
    assertThat(both.trusted()).hasSize(2).containsAll(old.trusted());
    assertThat(Renewal.of(both, LIVES, due.plus(Duration.ofMinutes(59)))).isEqualTo(Renewal.KEEP);
    Instant known = due.plus(Duration.ofMinutes(60));
    assertThat(Renewal.of(both, LIVES, known)).isEqualTo(Renewal.SERVER);

    KeyMaterial changed = renewed(both, known);
    assertThat(changed.trusted()).hasSize(2);
    assertThat(Renewal.of(changed, LIVES, known.plus(Duration.ofMinutes(59))))
        .isEqualTo(Renewal.KEEP);
    Instant done = known.plus(Duration.ofMinutes(60));
    assertThat(Renewal.of(changed, LIVES, done)).isEqualTo(Renewal.FORGET);

    KeyMaterial alone = changed.withoutOldAuthorities();
    assertThat(alone.trusted()).hasSize(1).doesNotContainAnyElementsOf(old.trusted());
    assertThat(Renewal.of(alone, LIVES, done)).isEqualTo(Renewal.KEEP);
  }

  @Test
  @DisplayName("at every step what is shown is signed by something that is trusted")
  void alwaysTrusted() throws Exception {
    KeyMaterial now = NOTHING;
    Lives quick = new Lives(Duration.ofMinutes(30), Duration.ofMinutes(90), Duration.ofMinutes(5));
    int authorities = 0;
    for (int minute = 0; minute < 420; minute += 3) {
      Instant at = START.plus(Duration.ofMinutes(minute));
      Renewal step = Renewal.of(now, quick, at);
      authorities += step == Renewal.AUTHORITY ? 1 : 0;
      now = MirrorCertificate.made(step, now, NAMES, quick, at);
      var shown = now.shown().orElseThrow();
      var signer =
          now.trusted().stream()
              .filter(a -> a.getSubjectX500Principal().equals(shown.getIssuerX500Principal()))
              .findFirst()
              .orElseThrow();
      shown.verify(signer.getPublicKey());
      assertThat(at).isBefore(shown.getNotAfter().toInstant());
      assertThat(now.trusted().size()).isLessThanOrEqualTo(2);
    }
    assertThat(authorities).isGreaterThan(3);
  }

  @Test
  @DisplayName("what somebody else signs is left alone, even when it has ended")
  void foreign() {
    KeyMaterial theirs = begun(START);
    KeyMaterial read =
        new KeyMaterial(theirs.certificate(), theirs.key(), theirs.authorities(), "");

    assertThat(Renewal.of(read, LIVES, days(400))).isEqualTo(Renewal.KEEP);
  }

  @Test
  @DisplayName("a Secret that somebody spoiled is made anew as far as it has to be")
  void spoiled() {
    KeyMaterial good = begun(START);
    KeyMaterial other = begun(START);

    assertThat(Renewal.of(changed(good, Map.of("tls.crt", "x")), LIVES, START))
        .isEqualTo(Renewal.SERVER);
    assertThat(Renewal.of(changed(good, Map.of("tls.key", other.key())), LIVES, START))
        .isEqualTo(Renewal.SERVER);
    assertThat(Renewal.of(changed(good, Map.of("ca.key", other.authorityKey())), LIVES, START))
        .isEqualTo(Renewal.BEGIN);
    assertThat(Renewal.of(changed(good, Map.of("ca.crt", "")), LIVES, START))
        .isEqualTo(Renewal.BEGIN);
  }

  private static KeyMaterial changed(KeyMaterial material, Map<String, String> change) {
    Map<String, String> texts = material.texts();
    texts.putAll(change);
    return KeyMaterial.of(texts);
  }

  private static KeyMaterial begun(Instant now) {
    return MirrorCertificate.made(Renewal.BEGIN, NOTHING, NAMES, LIVES, now);
  }

  private static KeyMaterial renewed(KeyMaterial material, Instant now) {
    return MirrorCertificate.made(Renewal.SERVER, material, NAMES, LIVES, now);
  }

  private static Instant days(int days) {
    return START.plus(Duration.ofDays(days));
  }
}
