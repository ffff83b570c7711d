package dev.skep.artifact.oci;

import java.util.Map;

/**
 * An image whose every byte was checked against its digest, and the eBPF object in it.
 *
 * @param reference the reference in full, or the layout folder's path
 * @param digest what the reference resolves to, sha256:…: of the index where there is one, so the
 *     same for every architecture, else of the manifest
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
