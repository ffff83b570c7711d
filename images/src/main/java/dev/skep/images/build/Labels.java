package dev.skep.images.build;

import java.util.Map;
import java.util.TreeMap;

/** An image's labels, by the OCI specification's names. */
final class Labels {
  private static final String PREFIX = "org.opencontainers.image.";

  private Labels() {}

  static Map<String, String> of(ImageRecipe recipe, Checkout checkout) {
    // In an order of their own: Map.of has another one in each process.
    return new TreeMap<>(
        Map.of(
            PREFIX + "title", recipe.name(),
            PREFIX + "description", recipe.title(),
            PREFIX + "version", checkout.version(),
            PREFIX + "revision", checkout.revision(),
            PREFIX + "source", checkout.source(),
            // Always: the same sources are the same image, whenever it is built.
            PREFIX + "created", "1970-01-01T00:00:00Z",
            // Ours, and of what is inside; which is whose says the bill of materials.
            PREFIX + "licenses",
                "Apache-2.0 AND GPL-2.0-only WITH Classpath-exception-2.0 AND LGPL-2.1-or-later AND"
                    + " BSD-2-Clause AND Zlib AND GPL-3.0-or-later WITH GCC-exception-3.1"));
  }
}
