package dev.skep.artifact.oci;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.registry.credentials.CredentialRetrievalException;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The login that this machine's user made with {@code docker login}, {@code podman login} or {@code
 * skopeo login}, credential helpers included. For the command line only: it may run programs.
 */
public final class DockerLogin {
  private DockerLogin() {}

  /**
   * The login for an image's registry, or none.
   *
   * @param environment the process's variables: DOCKER_CONFIG, REGISTRY_AUTH_FILE, HOME and
   *     XDG_RUNTIME_DIR say where to look
   * @throws Refusal ImageUnauthorized when a credential helper or file does not answer
   */
  public static Credentials find(ImageReference reference, Map<String, String> environment) {
    return files(environment)
        .filter(Files::isRegularFile)
        .map(file -> find(reference, file, environment))
        .filter(credentials -> !(credentials instanceof Credentials.None))
        .findFirst()
        .orElse(Credentials.none());
  }

  private static Stream<Path> files(Map<String, String> environment) {
    String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
    String docker = environment.getOrDefault("DOCKER_CONFIG", home + "/.docker");
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", home + "/.config");
    String named = environment.get("REGISTRY_AUTH_FILE");
    return Stream.concat(
        Stream.ofNullable(named).map(Path::of),
        Stream.of(
            Path.of(docker, "config.json"),
            Path.of(runtime, "containers", "auth.json"),
            Path.of(home, ".config", "containers", "auth.json")));
  }

  private static Credentials find(
      ImageReference reference, Path file, Map<String, String> environment) {
    try {
      if (reference.registry().startsWith("[")) {
        // Jib, which asks the helpers, has no IPv6 addresses.
        return DockerConfig.parse(Files.readAllBytes(file)).credentialsFor(reference);
      }
      var jibReference = com.google.cloud.tools.jib.api.ImageReference.parse(reference.toString());
      return CredentialRetrieverFactory.forImage(jibReference, event -> {}, environment)
          .dockerConfig(file)
          .retrieve()
          .map(DockerLogin::credentials)
          .orElse(Credentials.none());
    } catch (IOException | CredentialRetrievalException | InvalidImageReferenceException e) {
      throw new Refusal(
          Reason.ImageUnauthorized,
          "image %s: the login in %s cannot be read; log in to %s again"
              .formatted(reference, file, reference.registry()),
          e);
    }
  }

  private static Credentials credentials(Credential credential) {
    return credential.isOAuth2RefreshToken()
        ? new Credentials.IdentityToken(credential.getPassword())
        : Credentials.basic(credential.getUsername(), credential.getPassword());
  }
}
