package dev.skep.artifact.oci;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * An image that {@link ImagePacker} made: in memory, to be stored where one likes.
 *
 * @param blobs layer and configurations by digest, in the order to store them
 * @param manifests one for each architecture, by digest
 * @param index the index that names the manifests
 */
public record PackedImage(Map<String, byte[]> blobs, Map<String, byte[]> manifests, byte[] index) {
  static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
  static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

  /** The digest of the image, the same wherever it is stored. */
  public String digest() {
    return Digest.of(index);
  }

  /**
   * Stores the image as an OCI layout folder, beside the images already there; one with the same
   * tag is replaced.
   */
  public void writeLayout(Path folder, String tag) {
    try {
      LayoutWriter.writeFolder(this, folder, tag);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + folder + ": " + e.getMessage(), e);
    }
  }

  /** Stores the image as one file that docker load, podman load and skopeo's oci-archive: take. */
  public void writeTar(Path file, ImageReference reference) {
    try {
      LayoutWriter.writeTar(this, file, reference);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  static ObjectNode describe(String mediaType, byte[] json) {
    return new ObjectMapper()
        .createObjectNode()
        .put("mediaType", mediaType)
        .put("digest", Digest.of(json))
        .put("size", json.length);
  }
}
