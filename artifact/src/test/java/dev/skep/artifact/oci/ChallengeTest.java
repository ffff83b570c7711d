package dev.skep.artifact.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A WWW-Authenticate header says how to log in")
class ChallengeTest {
  @Test
  void bearerWithItsParameters() {
    var challenge =
        Challenge.choose(
                List.of(
                    "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\","
                        + "scope=\"repository:library/alpine:pull,push\""))
            .orElseThrow();

    assertThat(challenge.scheme()).isEqualTo("bearer");
    assertThat(challenge.parameter("realm")).isEqualTo("https://auth.docker.io/token");
    assertThat(challenge.parameter("service")).isEqualTo("registry.docker.io");
    assertThat(challenge.parameter("scope")).isEqualTo("repository:library/alpine:pull,push");
  }

  @Test
  void bearerIsPreferredToBasicInOneHeaderOrInTwo() {
    assertThat(Challenge.choose(List.of("Basic realm=\"a\", Bearer realm=\"b\"")))
        .hasValueSatisfying(c -> assertThat(c.parameter("realm")).isEqualTo("b"));
    assertThat(Challenge.choose(List.of("basic realm=a", "bearer realm=b")))
        .hasValueSatisfying(c -> assertThat(c.parameter("realm")).isEqualTo("b"));
  }

  @Test
  void basicNeedsNoParameters() {
    assertThat(Challenge.choose(List.of("Basic")))
        .hasValueSatisfying(c -> assertThat(c.scheme()).isEqualTo("basic"));
  }

  @Test
  void anUnknownSchemeIsNone() {
    assertThat(Challenge.choose(List.of("Negotiate", "Digest realm=\"basic\""))).isEmpty();
    assertThat(Challenge.choose(List.of())).isEmpty();
  }
}
