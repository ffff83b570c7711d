/** The bill of materials: what is in an image, of which version, under which licence. */
package dev.skep.images.bom;
