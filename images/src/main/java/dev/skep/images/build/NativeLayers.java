package dev.skep.images.build;

import dev.skep.images.debian.LockedPackage;
import dev.skep.images.debian.PackageArchive;
import dev.skep.images.debian.PackageLock;
import dev.skep.images.runtime.ToolRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Layers of shared libraries out of Debian packages, with the licences of each. */
final class NativeLayers {
  private final PackageLock lock;
  private final PackageArchive archive;
  private final Architecture architecture;
  private final Path work;

  NativeLayers(PackageLock lock, PackageArchive archive, Architecture architecture, Path work) {
    this.lock = lock;
    this.archive = archive;
    this.architecture = architecture;
    this.work = work;
  }

  /** The C library, and the few files of /etc that it and Java read. */
  ImageLayer base() throws IOException, InterruptedException {
    ImageLayer layer = libraries("base", ImageRecipe.C_LIBRARY);
    layer.file(
        "/" + architecture.loader(), unpacked("libc6").resolve(architecture.loader()).toRealPath());
    // Names of the pod's hostAliases before names of the cluster, as everywhere; without this file
    // the C library asks DNS first, and believes it.
    layer.file("/etc/nsswitch.conf", text("nsswitch.conf", "passwd: files\nhosts: files dns\n"));
    layer.file(
        "/etc/passwd",
        text("passwd", "root:x:0:0:root:/:/nonexistent\nskep:x:65532:65532:skep:/:/nonexistent\n"));
    layer.file("/etc/group", text("group", "root:x:0:\nskep:x:65532:\n"));
    return layer;
  }

  ImageLayer libraries(String name, Map<String, List<String>> libraries)
      throws IOException, InterruptedException {
    ImageLayer layer = ImageLayer.of(name);
    for (var wanted : new TreeMap<>(libraries).entrySet()) {
      Path folder = unpacked(wanted.getKey());
      for (String pattern : wanted.getValue()) {
        String path = pattern.formatted(architecture.triplet());
        layer.file("/" + path, folder.resolve(path).toRealPath());
      }
      Path licence = folder.resolve("usr/share/doc/" + wanted.getKey() + "/copyright");
      // libgcc-s1's documents are a link into gcc-12-base, which is in the list too.
      if (Files.isRegularFile(licence)) {
        layer.file("/usr/share/doc/" + wanted.getKey() + "/copyright", licence.toRealPath());
      }
    }
    return layer;
  }

  private Path unpacked(String name) throws IOException, InterruptedException {
    LockedPackage wanted = lock.find(name, architecture.debian());
    Path folder = work.resolve("packages").resolve(wanted.sha256());
    if (!Files.isDirectory(folder)) {
      Path deb = archive.fetch(wanted);
      Path part = work.resolve("packages").resolve("." + wanted.sha256());
      ImageRoot.delete(part);
      Files.createDirectories(part);
      ToolRun.run(List.of("dpkg-deb", "-x", deb.toString(), part.toString()), Map.of());
      Files.move(part, folder);
    }
    return folder;
  }

  private Path text(String name, String content) throws IOException {
    Path file = Files.createDirectories(work.resolve("etc")).resolve(name);
    Files.writeString(file, content);
    return file;
  }
}
