package dev.skep.images.bom;

/**
 * Something in an image that Maven did not bring.
 *
 * @param type CycloneDX's word: library, platform, …
 * @param name e.g. libbpf1
 * @param version its own
 * @param licence SPDX expression
 * @param purl package URL, which says where it comes from
 * @param sha256 64 hex digits of what was fetched; empty where nothing was
 */
public record Material(
    String type, String name, String version, String licence, String purl, String sha256) {}
