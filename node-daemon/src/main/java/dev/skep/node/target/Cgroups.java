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
import java.util.Set;
import java.util.stream.Stream;

/** Control groups of the version 2 hierarchy. */
public final class Cgroups {
  /** How far below a container's own control group its processes are looked for. */
  private static final int DEPTH = 3;

  private final Path mount;

  private Cgroups(Path mount) {
    this.mount = mount;
  }

  /** Those below this folder. */
  public static Cgroups at(Path mount) {
    return new Cgroups(mount);
  }

  /**
   * Those below the first mount of the whole hierarchy. What a container has mounted by itself
   * begins at its own control group, below which nothing else of the node is to be found.
   */
  public static Cgroups ofThisNode() {
    try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"))) {
      return new Cgroups(
          mounts
              .map(line -> line.split(" "))
              .filter(fields -> fields.length > 2 && fields[2].equals("cgroup2"))
              .map(fields -> Path.of(fields[1]))
              .filter(Cgroups::isRoot)
              .findFirst()
              .orElse(null));
    } catch (IOException e) {
      return new Cgroups(null);
    }
  }

  /** By its number, which the kernel gives to the first that there is (kernfs_create_root). */
  private static boolean isRoot(Path mount) {
    try {
      return Files.getAttribute(mount, "unix:ino").equals(1L);
    } catch (IOException notSeen) {
      return false;
    }
  }

  /** The paths that a path or pattern means now, sorted; * and ? stay within one name. */
  public List<String> matching(String pattern, WatchedFolders folders) {
    List<String> paths = List.of("/");
    for (String name : pattern.split("/")) {
      if (name.equals(".") || name.equals("..") || mount == null) {
        return List.of();
      }
      if (!name.isEmpty()) {
        Glob glob = new Glob(name);
        paths = paths.stream().flatMap(path -> below(path, glob, folders)).toList();
      }
    }
    return paths;
  }

  private Stream<String> below(String path, Glob glob, WatchedFolders folders) {
    return folders.in(folder(path)).stream()
        .flatMap(Set::stream)
        .filter(glob::matches)
        .map(name -> path.equals("/") ? "/" + name : path + "/" + name);
  }

  /** The processes of a control group; where it has none, of those below it. */
  public List<Integer> processes(String path) {
    return mount == null ? List.of() : processes(folder(path), DEPTH);
  }

  private static List<Integer> processes(Path folder, int depth) {
    try {
      List<Integer> own =
          Files.readAllLines(folder.resolve("cgroup.procs")).stream()
              .map(Integer::valueOf)
              // 0 is a process of a pid namespace that this one does not see.
              .filter(pid -> pid > 0)
              .toList();
      if (!own.isEmpty() || depth == 0) {
        return own;
      }
    } catch (IOException gone) {
      return List.of();
    }
    File[] below = folder.toFile().listFiles(File::isDirectory);
    return below == null
        ? List.of()
        : Arrays.stream(below).flatMap(f -> processes(f.toPath(), depth - 1).stream()).toList();
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
