package dev.skep.artifact.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A pull secret's login is found by registry, and never shown")
class DockerConfigTest {
  private static Credentials find(String json, String reference) {
    return DockerConfig.parse(json.getBytes(StandardCharsets.UTF_8))
        .credentialsFor(ImageReference.parse(reference));
  }

  @Test
  void authIsUserColonPasswordInBase64() {
    assertThat(find("{\"auths\":{\"ghcr.io\":{\"auth\":\"dTpwOnc=\"}}}", "ghcr.io/x/y"))
        .isEqualTo(Credentials.basic("u", "p:w"));
  }

  @Test
  void usernameAndPasswordServeToo() {
    assertThat(
            find(
                "{\"auths\":{\"https://r:5000/v2/\":{\"username\":\"u\",\"password\":\"p\"}}}",
                "r:5000/x"))
        .isEqualTo(Credentials.basic("u", "p"));
  }

  @Test
  void dockerHubIsKnownByEachOfItsAddresses() {
    for (String image : new String[] {"alpine", "docker.io/alpine", "index.docker.io/x/y"}) {
      assertThat(
              find(
                  "{\"auths\":{\"https://index.docker.io/v1/\":{\"identitytoken\":\"t\"}}}", image))
          .as(image)
          .isEqualTo(new Credentials.IdentityToken("t"));
    }
  }

  @Test
  void aMachinesOwnLoginIsFoundForAnIpv6AddressToo(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("config.json"), "{\"auths\":{\"[::1]:5000\":{\"auth\":\"dTpw\"}}}");

    assertThat(
            DockerLogin.find(
                ImageReference.parse("[::1]:5000/x"), Map.of("DOCKER_CONFIG", folder.toString())))
        .isEqualTo(Credentials.basic("u", "p"));
  }

  @Test
  void theMostSpecificEntryWins() {
    String json =
        """
        {"auths": {
          "*.example.com": {"username": "any", "password": "p"},
          "r.example.com": {"username": "host", "password": "p"},
          "r.example.com/team": {"username": "team", "password": "p"}}}
        """;
    assertThat(find(json, "r.example.com/team/x")).isEqualTo(Credentials.basic("team", "p"));
    assertThat(find(json, "r.example.com/teammate/x")).isEqualTo(Credentials.basic("host", "p"));
    assertThat(find(json, "s.example.com/x")).isEqualTo(Credentials.basic("any", "p"));
    assertThat(find(json, "a.b.example.com/x")).isEqualTo(Credentials.none());
  }

  @Test
  void theOlderFormHasNoAuths() {
    assertThat(find("{\"ghcr.io\":{\"auth\":\"dTpw\"}}", "ghcr.io/x"))
        .isEqualTo(Credentials.basic("u", "p"));
  }

  @Test
  void noSecretEverAppearsInText() {
    assertThat(Credentials.basic("user", "hunter2").toString()).doesNotContain("hunter2");
    assertThat(new Credentials.IdentityToken("hunter2").toString()).doesNotContain("hunter2");
    for (String broken :
        new String[] {
          "{\"auths\":{\"r\":{\"auth\":hunter2}}}", "{\"auths\":{\"r\":{\"auth\":\"hunter2!\"}}}"
        }) {
      Throwable refusal = catchThrowable(() -> find(broken, "r/x"));
      assertThat(refusal).isNotNull().hasNoCause();
      assertThat(refusal.getMessage()).doesNotContain("hunter2");
    }
  }
}
