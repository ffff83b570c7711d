package dev.skep.images.build;

import dev.skep.images.bom.Material;
import dev.skep.images.debian.LockedPackage;
import dev.skep.images.debian.PackageLock;
import dev.skep.images.runtime.JavaRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What is in an image besides jars: Debian's packages, the Java runtime. */
final class Materials {
  /**
   * Package → licence of the files that images take from it, as its copyright file (in the image)
   * has it. A package that is not here is not built in.
   */
  private static final Map<String, String> LICENCES =
      Map.of(
          "gcc-12-base", "GPL-3.0-or-later WITH GCC-exception-3.1",
          "libbpf1", "LGPL-2.1-only OR BSD-2-Clause",
          "libc6", "LGPL-2.1-or-later",
          "libelf1", "GPL-2.0-or-later OR LGPL-3.0-or-later",
          "libgcc-s1", "GPL-3.0-or-later WITH GCC-exception-3.1",
          "zlib1g", "Zlib");

  private Materials() {}

  static List<Material> of(ImageRecipe recipe, PackageLock lock, Architecture architecture) {
    var names = new TreeSet<>(ImageRecipe.C_LIBRARY.keySet());
    names.addAll(recipe.libraries().keySet());
    var materials = new ArrayList<Material>();
    for (String name : names) {
      materials.add(material(lock.find(name, architecture.debian())));
    }
    String version = JavaRuntime.version();
    materials.add(
        new Material(
            "platform",
            "temurin-jdk",
            version,
            "GPL-2.0-only WITH Classpath-exception-2.0",
            "pkg:generic/temurin-jdk@" + version.replace("+", "%2B"),
            ""));
    return materials;
  }

  private static Material material(LockedPackage of) {
    String licence = LICENCES.get(of.name());
    if (licence == null) {
      throw new IllegalArgumentException(of.name() + ": Materials does not say its licence");
    }
    String purl =
        "pkg:deb/debian/%s@%s?arch=%s"
            .formatted(
                of.name(), of.version().replace(":", "%3A").replace("+", "%2B"), of.architecture());
    return new Material("library", of.name(), of.version(), licence, purl, of.sha256());
  }
}
