package dev.skep.artifact.oci;

import static dev.skep.artifact.oci.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Reason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An image reference is read as docker pull reads it")
class ImageReferenceTest {
  private static final String DIGEST = "sha256:" + "ab".repeat(32);

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "alpine, registry-1.docker.io, library/alpine, latest",
    "cilium/cilium:v1, registry-1.docker.io, cilium/cilium, v1",
    "docker.io/x/y, registry-1.docker.io, x/y, latest",
    "docker.io/alpine, registry-1.docker.io, library/alpine, latest",
    "index.docker.io/alpine:3, registry-1.docker.io, library/alpine, 3",
    "index.docker.io/x/y, registry-1.docker.io, x/y, latest",
    "Registry.Example.com/x, Registry.Example.com, x, latest",
    "[::1]:5000/x:1, [::1]:5000, x, 1",
    "[fd00::1]/x/y, [fd00::1], x/y, latest",
    "ghcr.io/a/b/c:V1.2_x-y, ghcr.io, a/b/c, V1.2_x-y",
    "localhost:5000/x, localhost:5000, x, latest",
    "127.0.0.1:5000/x:1, 127.0.0.1:5000, x, 1"
  })
  void registryRepositoryAndTag(String text, String registry, String repository, String tag) {
    ImageReference reference = ImageReference.parse(text);

    assertThat(reference.registry()).isEqualTo(registry);
    assertThat(reference.repository()).isEqualTo(repository);
    assertThat(reference.qualifier()).isEqualTo(tag);
  }

  @Test
  void aDigestWinsOverTheTagBesideIt() {
    ImageReference reference = ImageReference.parse("ghcr.io/a/b:v1@" + DIGEST);

    assertThat(reference.qualifier()).isEqualTo(DIGEST);
    assertThat(reference).hasToString("ghcr.io/a/b:v1@" + DIGEST);
  }

  @Test
  void itsTextReadsBackAsTheSame() {
    for (String text :
        new String[] {
          "alpine",
          "index.docker.io/alpine",
          "registry-1.docker.io/x",
          "ghcr.io/a/b:v1",
          "[::1]:5000/x:v1",
          "localhost:5000/x@" + DIGEST
        }) {
      ImageReference reference = ImageReference.parse(text);
      assertThat(ImageReference.parse(reference.toString())).isEqualTo(reference);
    }
  }

  @ParameterizedTest(name = "\"{0}\"")
  @ValueSource(
      strings = {
        "",
        "Upper/Case",
        "a b",
        "ghcr.io/x:tag:tag",
        "ghcr.io/../x",
        "ghcr.io/x@sha256:12",
        "https://ghcr.io/x",
        "scratch",
        "[::1]/X",
        "[::1/x",
        "[::::]/x",
        "[1:2]/x",
        "[::1]/",
        "x\ny"
      })
  void whatIsNoReferenceIsRefused(String text) {
    assertRefused(
        () -> ImageReference.parse(text.replace("\n", "%")), Reason.InvalidReference, "image");
  }
}
