package dev.skep.artifact.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Images of several architectures as one, from which every machine takes its own. */
public final class ImageIndex {
  private ImageIndex() {}

  /**
   * Joins images. The same images give the same digest, in whatever order they are given.
   *
   * @param images each of one architecture or, joined before, of several
   * @throws Refusal InvalidImage when two are for the same architecture
   */
  public static PackedImage join(List<PackedImage> images) {
    var blobs = new LinkedHashMap<String, byte[]>();
    var byPlatform = new TreeMap<Platform, byte[]>(Comparator.comparing(Platform::toString));
    for (PackedImage image : images) {
      blobs.putAll(image.blobs());
      var manifests =
          image.manifests().isEmpty() ? List.of(image.top()) : image.manifests().values();
      for (byte[] manifest : manifests) {
        Platform platform = platform(manifest, image.blobs());
        if (byPlatform.put(platform, manifest) != null) {
          throw new Refusal(
              Reason.InvalidImage,
              "two of the images are for %s; an index has one for each".formatted(platform));
        }
      }
    }
    var manifests = new LinkedHashMap<String, byte[]>();
    ObjectNode index = Json.object();
    index.put("schemaVersion", 2).put("mediaType", Manifest.INDEX_TYPE);
    byPlatform.forEach(
        (platform, manifest) -> {
          manifests.put(Digest.of(manifest), manifest);
          ObjectNode entry = Json.describe(Manifest.mediaType(manifest), manifest);
          entry
              .putObject("platform")
              .put("architecture", platform.architecture())
              .put("os", platform.os());
          index.withArray("manifests").add(entry);
        });
    return new PackedImage(blobs, manifests, Json.bytes(index));
  }

  /** What an image runs on stands in its configuration. */
  private static Platform platform(byte[] manifest, Map<String, byte[]> blobs) {
    String subject = "an image to be joined";
    if (!(Manifest.parse(subject, manifest) instanceof Manifest.Image image)) {
      throw new Refusal(Reason.InvalidImage, subject + ": is an index of indexes");
    }
    try {
      JsonNode config = Json.read(blobs.get(image.config().digest()));
      Platform platform = Platform.parse(config);
      if (platform.os().isEmpty() || platform.architecture().isEmpty()) {
        throw new Refusal(Reason.InvalidImage, subject + ": does not say what it runs on");
      }
      return platform;
    } catch (IOException e) {
      throw Json.refusal(subject, "its configuration", "build it again", e);
    }
  }
}
