package dev.skep.artifact.oci;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A whole image in memory, to be stored where one likes.
 *
 * @param blobs layers and configurations by digest
 * @param manifests what an index names, by digest; empty when the image has no index
 * @param top the index, or the only manifest
 */
public record PackedImage(Map<String, byte[]> blobs, Map<String, byte[]> manifests, byte[] top) {

  /** The digest of the image, the same wherever it is stored. */
  public String digest() {
    return Digest.of(top);
  }

  /**
   * Stores the image as an OCI layout folder, beside the images already there; one with the same
   * tag is replaced.
   *
   * @throws UncheckedIOException when the folder cannot be written
   */
  public void writeLayout(Path folder, String tag) {
    try {
      LayoutWriter.writeFolder(this, folder, tag);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * Stores the image as one file that docker load, podman load and skopeo's oci-archive: take.
   *
   * @throws UncheckedIOException when the file cannot be written
   */
  public void writeTar(Path file, ImageReference reference) {
    try {
      LayoutWriter.writeTar(this, file, reference);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  String mediaType() {
    return Manifest.mediaType(top);
  }

  /** The manifest that serves where only one can: the first of the index, or the only one. */
  byte[] firstManifest() {
    return manifests.isEmpty() ? top : manifests.values().iterator().next();
  }
}
