package dev.skep.artifact.oci;

import java.util.Map;

/**
 * An image whose every byte was checked against its digest, and the eBPF object in it.
 *
 * @param reference the reference as the user wrote it
 * @param digest digest of the manifest for this architecture's index or manifest, sha256:…
 * @param objectDigest digest of the ELF bytes, sha256:…
 * @param objectName file name of the object in the image
 * @param object the ELF bytes; never changed
 * @param labels labels of the image's configuration
 */
public record ResolvedImage(
    String reference,
    String digest,
    String objectDigest,
    String objectName,
    byte[] object,
    Map<String, String> labels) {}
