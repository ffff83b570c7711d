package dev.skep.artifact.oci;

/** Where an image's bytes come from: a registry, or a folder. */
interface BlobSource {
  /** The image in the words of every message about it, e.g. "image ghcr.io/x/y:v9". */
  String subject();

  /**
   * The bytes of a manifest in the same repository, at most {@link Limits#MANIFEST}.
   *
   * @param digest its digest; who asks checks the bytes
   */
  byte[] manifest(String digest);

  /**
   * The bytes of a blob, exactly as many as its descriptor says, or fewer when they were cut.
   *
   * @param descriptor its size has been checked against the limit for what it is
   */
  byte[] blob(Descriptor descriptor);
}
