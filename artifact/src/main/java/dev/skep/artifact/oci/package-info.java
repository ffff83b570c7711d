/**
 * Images of eBPF objects: where they are, what is in them, how one is made.
 *
 * <p>The doors: {@link dev.skep.artifact.oci.Images} reads an image by its text, {@link
 * dev.skep.artifact.oci.RegistryImages} is the only class that speaks to a registry, {@link
 * dev.skep.artifact.oci.OciLayout} reads a folder, {@link dev.skep.artifact.oci.ImagePacker} makes
 * an image. Registry and folder are two {@code BlobSource}s; one {@code ImageReader} takes the
 * object out of either.
 *
 * <p>Nothing from outside is trusted: a byte is used when its digest is right, a size is compared
 * with {@link dev.skep.artifact.oci.Limits} before it is read, and names in archives lead nowhere.
 */
package dev.skep.artifact.oci;
