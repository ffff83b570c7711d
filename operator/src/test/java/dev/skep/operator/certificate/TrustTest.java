package dev.skep.operator.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TrustTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final Lives LIVES =
      new Lives(Duration.ofDays(90), Duration.ofDays(3650), Duration.ofHours(1));

  @Test
  @DisplayName("while somebody else's certificate is new, what was trusted before still is")
  void theirsOverlap() {
    KeyMaterial before = theirs(NOW.minus(Duration.ofDays(30)));
    KeyMaterial now = theirs(NOW);

    String told = Trust.told(now, before.authorities(), LIVES, NOW);

    assertThat(Pem.certificates(told)).hasSize(2).containsAll(before.trusted());
    assertThat(Pem.certificates(told).getFirst()).isEqualTo(now.trusted().getFirst());
    assertThat(Trust.told(now, told, LIVES, NOW.plus(Duration.ofHours(1))))
        .isEqualTo(Pem.of(now.trusted()));
  }

  @Test
  @DisplayName("of what was told before, what has ended is not told again")
  void endedOnes() {
    KeyMaterial before = theirs(NOW.minus(Duration.ofDays(4000)));

    String told = Trust.told(theirs(NOW), before.authorities(), LIVES, NOW);

    assertThat(Pem.certificates(told)).hasSize(1);
  }

  @Test
  @DisplayName("a certificate without its authority leaves daemons what they trust")
  void withoutAuthority() {
    KeyMaterial whole = theirs(NOW);
    KeyMaterial bare = new KeyMaterial(whole.certificate(), whole.key(), "", "");

    assertThat(Trust.told(bare, whole.authorities(), LIVES, NOW)).isEqualTo(whole.authorities());
    KeyMaterial other = new KeyMaterial(whole.certificate(), whole.key(), "no certificate", "");
    assertThat(Trust.told(other, whole.authorities(), LIVES, NOW)).isEqualTo(whole.authorities());
  }

  @Test
  @DisplayName("a certificate is trusted where one of its chain is of an authority that is told")
  void trusted() {
    KeyMaterial whole = theirs(NOW);
    KeyMaterial other = theirs(NOW.plusSeconds(1));

    assertThat(Trust.isTrusted(whole, other.authorities() + whole.authorities())).isTrue();
    assertThat(Trust.isTrusted(whole, whole.certificate())).isTrue();
    assertThat(Trust.isTrusted(whole, other.authorities())).isFalse();
    assertThat(Trust.isTrusted(whole, "")).isFalse();
  }

  @Test
  @DisplayName("an authority of the same name with another key is another authority")
  void sameNameOtherKey() {
    assertThat(Trust.isTrusted(theirs(NOW), theirs(NOW).authorities())).isFalse();
  }

  private static KeyMaterial theirs(Instant made) {
    Signed authority = Issuer.authority(LIVES.authority(), made);
    Signed server = Issuer.server(List.of("skep-operator"), authority, LIVES.server(), made);
    return new KeyMaterial(
        Pem.of(server.certificate()), Pem.of(server.key()), Pem.of(authority.certificate()), "");
  }
}
