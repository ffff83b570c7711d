package dev.skep.artifact.oci;

import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.util.Optional;

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

  /**
   * Reads a reference as {@code docker pull} takes it.
   *
   * @throws Refusal InvalidReference when it is not one
   */
  public static ImageReference parse(String text) {
    try {
      var parsed = com.google.cloud.tools.jib.api.ImageReference.parse(text.strip());
      if (parsed.isScratch()) {
        throw new Refusal(Reason.InvalidReference, "image scratch: holds nothing; name an image");
      }
      return new ImageReference(
          parsed.getRegistry(), parsed.getRepository(), parsed.getTag(), parsed.getDigest());
    } catch (InvalidImageReferenceException e) {
      throw new Refusal(
          Reason.InvalidReference,
          "image \""
              + text
              + "\": not an image reference; write it as registry.example.com/path/name:tag or"
              + " …@sha256:<64 hex digits>, in lower case",
          e);
    }
  }

  /** What the registry is asked for: the digest where there is one, else the tag. */
  public String qualifier() {
    return digest.or(() -> tag).orElse("latest");
  }

  @Override
  public String toString() {
    return (registry.equals("registry-1.docker.io") ? "docker.io" : registry)
        + "/"
        + repository
        + tag.map(t -> ":" + t).orElse("")
        + digest.map(d -> "@" + d).orElse("");
  }
}
