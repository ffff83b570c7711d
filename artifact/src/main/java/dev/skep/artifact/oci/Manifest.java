package dev.skep.artifact.oci;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a registry answers for a tag or digest: one image, or an index of images by platform. */
sealed interface Manifest {
  String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
  String IMAGE_TYPE = "application/vnd.oci.image.manifest.v1+json";
  List<String> MEDIA_TYPES =
      List.of(
          INDEX_TYPE,
          IMAGE_TYPE,
          "application/vnd.docker.distribution.manifest.list.v2+json",
          "application/vnd.docker.distribution.manifest.v2+json");

  /**
   * One image.
   *
   * @param config its configuration
   * @param layers its layers, lowest first
   */
  record Image(Descriptor config, List<Descriptor> layers) implements Manifest {}

  /**
   * Images by platform.
   *
   * @param entries as listed, attestations included
   */
  record Index(List<Descriptor> entries) implements Manifest {
    /** The entry for a platform; of several, the first, as containerd does. */
    Descriptor choose(String subject, Platform wanted) {
      return entries.stream()
          .filter(entry -> entry.platform().filter(wanted::equals).isPresent())
          .findFirst()
          .orElseThrow(() -> noEntry(subject, wanted));
    }

    private Refusal noEntry(String subject, Platform wanted) {
      String there =
          entries.stream()
              .flatMap(entry -> entry.platform().stream())
              .filter(platform -> !platform.isAttestation())
              .map(Platform::toString)
              .distinct()
              .collect(Collectors.joining(", "));
      return new Refusal(
          Reason.InvalidImage,
          "%s: has no image for %s, only for %s; build it for %s too"
              .formatted(subject, wanted, there.isEmpty() ? "nothing" : there, wanted));
    }
  }

  /** Reads a manifest; the bytes have been checked against their digest. */
  static Manifest parse(String subject, byte[] json) {
    JsonNode root;
    try {
      root = Json.read(json);
    } catch (IOException e) {
      throw Json.refusal(subject, "the manifest", "is this the address of a registry?", e);
    }
    if (root.path("manifests").isArray()) {
      return new Index(descriptors(subject, root.get("manifests")));
    }
    if (root.path("layers").isArray() && root.path("config").isObject()) {
      return new Image(
          Descriptor.parse(subject, root.get("config")), descriptors(subject, root.get("layers")));
    }
    throw new Refusal(
        Reason.InvalidImage,
        subject
            + (root.path("schemaVersion").asInt() == 1
                ? ": is in Docker's schema 1, which registries no longer serve"
                : ": the manifest is neither an image nor an index")
            + "; build and push it again");
  }

  /** The media type of a manifest; OCI's, when it does not say. */
  static String mediaType(byte[] json) {
    try {
      JsonNode root = Json.read(json);
      String usual = root.has("manifests") ? INDEX_TYPE : IMAGE_TYPE;
      return root.path("mediaType").asText(usual);
    } catch (IOException e) {
      throw new UncheckedIOException("a manifest that was packed or checked is JSON", e);
    }
  }

  private static List<Descriptor> descriptors(String subject, JsonNode array) {
    var descriptors = new ArrayList<Descriptor>();
    for (JsonNode json : array) {
      descriptors.add(Descriptor.parse(subject, json));
    }
    return List.copyOf(descriptors);
  }
}
