package dev.skep.node.target;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Control groups of the version 2 hierarchy. */
public final class Cgroups {
  private final Path mount;

  private Cgroups(Path mount) {
    this.mount = mount;
  }

  /** Those below the first cgroup2 mount. */
  public static Cgroups ofThisNode() {
    try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"))) {
      return new Cgroups(
          mounts
              .map(line -> line.split(" "))
              .filter(fields -> fields.length > 2 && fields[2].equals("cgroup2"))
              .map(fields -> Path.of(fields[1]))
              .findFirst()
              .orElse(null));
    } catch (IOException e) {
      return new Cgroups(null);
    }
  }

  /** Where the hierarchy is mounted. */
  public Optional<Path> mount() {
    return Optional.ofNullable(mount);
  }

  /** The folder of a control group, whose path begins with / at the hierarchy's root. */
  public Path folder(String path) {
    return mount.resolve("." + path).normalize();
  }

  /** The kernel's id of a control group: its folder's inode. Empty when there is none. */
  public OptionalLong id(String path) {
    if (mount == null) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of((Long) Files.getAttribute(folder(path), "unix:ino"));
    } catch (IOException absent) {
      return OptionalLong.empty();
    }
  }

  /** Why there is no such control group, or empty when there is. */
  public Optional<Failure> missing(String path) {
    if (mount == null) {
      return failure("cgroup " + path + ": no cgroup2 hierarchy is mounted on this node");
    }
    Path folder = folder(path);
    if (!folder.startsWith(mount)) {
      return failure("cgroup " + path + " is outside the hierarchy at " + mount);
    }
    if (Files.isDirectory(folder)) {
      return Optional.empty();
    }
    String[] beside = folder.getParent().toFile().list((f, n) -> new File(f, n).isDirectory());
    List<String> names = beside == null ? List.of() : Arrays.asList(beside);
    return failure(
        "cgroup "
            + path
            + " does not exist below "
            + mount
            + Hint.nearest(folder.getFileName().toString(), names));
  }

  private static Optional<Failure> failure(String message) {
    return Optional.of(Failure.of(Reason.CgroupNotFound, message));
  }
}
