package dev.skep.images.build;

import dev.skep.artifact.oci.PackedImage;

/**
 * An image, and what is in it.
 *
 * @param image to be stored where one likes
 * @param bill its bill of materials, CycloneDX in JSON; in the image too
 */
public record BuiltImage(PackedImage image, byte[] bill) {}
