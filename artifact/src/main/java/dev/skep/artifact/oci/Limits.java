package dev.skep.artifact.oci;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;

/** How many bytes of an image are read at most. What is larger is refused before it is read. */
public final class Limits {
  /** A manifest or an index. The distribution specification asks registries for this much. */
  public static final long MANIFEST = 4L << 20;

  /** An image configuration. */
  public static final long CONFIG = 8L << 20;

  /** All layers of an image, as they are stored. */
  public static final long LAYERS = 32L << 20;

  /** All layers of an image, unpacked. */
  public static final long UNPACKED = 64L << 20;

  /** The eBPF object. */
  public static final long OBJECT = 16L << 20;

  /** Values, names and brackets in one JSON document: some 10 MiB as a tree. */
  static final long JSON_TOKENS = 100_000;

  /** How deep they are nested. An image's configuration needs 6. */
  static final int JSON_DEPTH = 100;

  /** What stands before a file in a layer: its name and attributes. As in Go's archive/tar. */
  static final long FILE_HEADER = 1L << 20;

  /** Attributes of a file in a layer, and parts of a sparse one. */
  static final int FILE_ATTRIBUTES = 256;

  /** Layers in an image: what Docker's overlay storage takes. */
  static final int LAYER_COUNT = 127;

  private Limits() {}

  static void check(String subject, String what, long size, long limit) {
    if (size > limit) {
      throw tooLarge(subject, what + " is " + inWords(size), limit);
    }
  }

  static Refusal tooLarge(String subject, String whatIs, long limit) {
    return new Refusal(
        Reason.TooLarge, subject + ": " + whatIs + "; the limit is " + inWords(limit));
  }

  private static String inWords(long bytes) {
    long mebi = 1 << 20;
    if (bytes < mebi) {
      return bytes + " bytes";
    }
    return bytes % mebi == 0 ? bytes / mebi + " MiB" : "%.1f MiB".formatted(bytes / (double) mebi);
  }
}
