package dev.skep.operator.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TlsObjectsTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final Lives LIVES =
      new Lives(Duration.ofDays(90), Duration.ofDays(3650), Duration.ofHours(1));

  @Test
  @DisplayName(
      "a Secret that cert-manager took over is its own, though our authority's key is left")
  void takenOver() {
    KeyMaterial ours = begun();
    KeyMaterial theirs = begun();
    KeyMaterial mixed =
        new KeyMaterial(
            theirs.certificate(), theirs.key(), theirs.authorities(), ours.authorityKey());

    KeyMaterial read =
        TlsObjects.material(secret(mixed, Map.of("cert-manager.io/certificate-name", "x")));

    assertThat(read.isForeign()).isTrue();
    assertThat(Renewal.of(read, LIVES, NOW)).isEqualTo(Renewal.KEEP);
    assertThat(read.certificate()).isEqualTo(theirs.certificate());
  }

  @Test
  @DisplayName("annotations of others make a Secret nobody's but ours")
  void othersAnnotations() {
    KeyMaterial ours = begun();

    assertThat(TlsObjects.material(secret(ours, Map.of("example.com/owner", "x")))).isEqualTo(ours);
    assertThat(TlsObjects.material(secret(ours, null))).isEqualTo(ours);
  }

  private static KeyMaterial begun() {
    return MirrorCertificate.made(
        Renewal.BEGIN, KeyMaterial.of(Map.of()), List.of("skep-operator"), LIVES, NOW);
  }

  private static Secret secret(KeyMaterial material, Map<String, String> annotations) {
    Map<String, String> data =
        material.texts().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    e ->
                        Base64.getEncoder()
                            .encodeToString(e.getValue().getBytes(StandardCharsets.UTF_8))));
    return new SecretBuilder()
        .withNewMetadata()
        .withAnnotations(annotations)
        .endMetadata()
        .withData(data)
        .build();
  }
}
