package dev.skep.artifact.oci;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** An image read as it is, every byte checked, for whatever is done with it next. */
final class WholeImage {
  private WholeImage() {}

  /**
   * Reads all that a manifest names.
   *
   * @param top the manifest or index, checked
   * @param blobLimit bytes of the largest blob that is read
   */
  static PackedImage read(BlobSource source, byte[] top, long blobLimit) {
    var manifests = new LinkedHashMap<String, byte[]>();
    var blobs = new LinkedHashMap<String, byte[]>();
    switch (Manifest.parse(source.subject(), top)) {
      case Manifest.Image image -> addBlobs(source, image, blobLimit, blobs);
      case Manifest.Index index -> {
        for (Descriptor entry : index.entries()) {
          byte[] json =
              Digest.check(
                  source.subject(),
                  "the manifest",
                  source.manifest(entry.digest()),
                  entry.digest());
          manifests.put(entry.digest(), json);
          if (Manifest.parse(source.subject(), json) instanceof Manifest.Image image) {
            addBlobs(source, image, blobLimit, blobs);
          }
        }
      }
    }
    return new PackedImage(blobs, manifests, top);
  }

  private static void addBlobs(
      BlobSource source, Manifest.Image image, long limit, Map<String, byte[]> blobs) {
    Stream.concat(Stream.of(image.config()), image.layers().stream())
        .forEach(
            blob -> {
              Limits.check(source.subject(), "a blob", blob.size(), limit);
              blobs.computeIfAbsent(
                  blob.digest(),
                  digest -> Digest.check(source.subject(), "a blob", source.blob(blob), digest));
            });
  }
}
