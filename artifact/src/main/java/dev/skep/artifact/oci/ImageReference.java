package dev.skep.artifact.oci;

import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.net.Inet6Address;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an image is, in Docker's grammar: {@code [registry[:port]/]repository[:tag][@digest]}.
 *
 * @param registry host and port to speak to; Docker Hub's is registry-1.docker.io
 * @param repository path in the registry, library/ filled in for Docker Hub
 * @param tag the tag, latest when neither tag nor digest was written
 * @param digest sha256:…; it wins over a tag beside it
 */
public record ImageReference(
    String registry, String repository, Optional<String> tag, Optional<String> digest) {
  private static final String HUB = "registry-1.docker.io";

  /** Jib's grammar has no such hosts; Docker's has. */
  private static final Pattern IPV6 =
      Pattern.compile("(?<host>\\[(?<address>[0-9a-fA-F:]+)](?::\\d+)?)/(?<path>.+)");

  /**
   * Reads a reference as {@code docker pull} takes it.
   *
   * @throws Refusal InvalidReference when it is not one
   */
  public static ImageReference parse(String text) {
    try {
      Matcher ipv6 = IPV6.matcher(text.strip());
      if (ipv6.matches()) {
        Inet6Address.ofLiteral(ipv6.group("address"));
      }
      var parsed =
          com.google.cloud.tools.jib.api.ImageReference.parse(
              ipv6.matches() ? "localhost/" + ipv6.group("path") : text.strip());
      if (parsed.isScratch()) {
        throw new Refusal(Reason.InvalidReference, "image scratch: holds nothing; name an image");
      }
      String registry = ipv6.matches() ? ipv6.group("host") : address(parsed.getRegistry());
      String repository = parsed.getRepository();
      boolean isOfficial = registry.equals(HUB) && repository.indexOf('/') < 0;
      return new ImageReference(
          registry,
          isOfficial ? "library/" + repository : repository,
          parsed.getTag(),
          parsed.getDigest());
    } catch (InvalidImageReferenceException | IllegalArgumentException e) {
      throw new Refusal(
          Reason.InvalidReference,
          "image \""
              + text
              + "\": not an image reference; write it as registry.example.com/path/name:tag or"
              + " …@sha256:<64 hex digits>, in lower case",
          e);
    }
  }

  /** The host that is spoken to where a name stands for Docker Hub, else that name. */
  static String address(String host) {
    return switch (host) {
      case "docker.io", "index.docker.io", "registry.hub.docker.com" -> HUB;
      default -> host;
    };
  }

  /** What the registry is asked for: the digest where there is one, else the tag. */
  public String qualifier() {
    return digest.or(() -> tag).orElse("latest");
  }

  @Override
  public String toString() {
    return (registry.equals(HUB) ? "docker.io" : registry)
        + "/"
        + repository
        + tag.map(t -> ":" + t).orElse("")
        + digest.map(d -> "@" + d).orElse("");
  }
}
