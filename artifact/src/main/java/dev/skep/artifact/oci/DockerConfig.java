package dev.skep.artifact.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The logins in a {@code ~/.docker/config.json} or in a Secret of type
 * kubernetes.io/dockerconfigjson (or the older kubernetes.io/dockercfg). Credential helpers are not
 * asked: see {@link DockerLogin}.
 */
public final class DockerConfig {
  private record Entry(String host, String path, Credentials credentials) {
    /** Kubernetes' rule: each * stands for one label's part, the path for whole segments. */
    boolean covers(ImageReference reference) {
      String pattern = Pattern.quote(host).replace("*", "\\E[^.]*\\Q");
      return reference.registry().matches(pattern)
          && (path.isEmpty() || (reference.repository() + "/").startsWith(path + "/"));
    }
  }

  private final List<Entry> entries;

  private DockerConfig(List<Entry> entries) {
    this.entries = entries;
  }

  /**
   * Reads the file's bytes.
   *
   * @throws Refusal ImageUnauthorized when they are not such a file; the message holds none of it
   */
  public static DockerConfig parse(byte[] json) {
    try {
      JsonNode root = Json.read(json);
      JsonNode auths = root.has("auths") ? root.get("auths") : root;
      var entries = new ArrayList<Entry>();
      for (var field : auths.properties()) {
        credentials(field.getValue()).ifPresent(c -> entries.add(entry(field.getKey(), c)));
      }
      // The longest path is the most specific; a host without a wildcard beats one with.
      entries.sort(
          Comparator.comparing((Entry e) -> e.host.contains("*"))
              .thenComparing(e -> -e.path.length()));
      return new DockerConfig(List.copyOf(entries));
    } catch (JsonProcessingException e) {
      throw notAConfig(
          e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")");
    } catch (IOException | IllegalArgumentException e) {
      throw notAConfig("");
    }
  }

  /** The login for an image's registry, most specific entry first; none when there is none. */
  public Credentials credentialsFor(ImageReference reference) {
    return entries.stream()
        .filter(entry -> entry.covers(reference))
        .findFirst()
        .map(Entry::credentials)
        .orElse(Credentials.none());
  }

  private static Refusal notAConfig(String where) {
    // No cause: the parser's message quotes the text it could not read, and that is a secret.
    return new Refusal(
        Reason.ImageUnauthorized,
        "the login is not a docker config.json"
            + where
            + "; make it with: kubectl create secret docker-registry NAME --docker-server=…"
            + " --docker-username=… --docker-password=…");
  }

  private static Entry entry(String key, Credentials credentials) {
    String bare = key.replaceFirst("^https?://", "").replaceFirst("/(v[12]/?)?$", "");
    int slash = bare.indexOf('/');
    String host = slash < 0 ? bare : bare.substring(0, slash);
    return new Entry(
        ImageReference.address(host), slash < 0 ? "" : bare.substring(slash + 1), credentials);
  }

  private static Optional<Credentials> credentials(JsonNode entry) {
    String token = entry.path("identitytoken").asText("");
    if (!token.isEmpty()) {
      return Optional.of(new Credentials.IdentityToken(token));
    }
    String auth = entry.path("auth").asText("");
    if (!auth.isEmpty()) {
      String pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(Credentials.basic(pair.substring(0, colon), pair.substring(colon + 1)));
    }
    String user = entry.path("username").asText("");
    return user.isEmpty()
        ? Optional.empty()
        : Optional.of(Credentials.basic(user, entry.path("password").asText("")));
  }
}
