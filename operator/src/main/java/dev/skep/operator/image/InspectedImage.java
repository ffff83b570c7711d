package dev.skep.operator.image;

import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.oci.ResolvedImage;

/** An image, and what its object holds. */
public record InspectedImage(ResolvedImage image, ObjectReport report) {
  InspectedImage withReference(String reference) {
    return new InspectedImage(
        new ResolvedImage(
            reference,
            image.digest(),
            image.objectDigest(),
            image.objectName(),
            image.object(),
            image.labels()),
        report);
  }
}
