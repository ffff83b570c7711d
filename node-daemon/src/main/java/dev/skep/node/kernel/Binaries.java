package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.BinaryHook;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libc;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.Capabilities;
import dev.skep.node.target.Capability;
import dev.skep.node.target.Cgroups;
import dev.skep.node.target.HostRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Opens binaries by the root folder that they are looked for in, the host's or a container's, and
 * never by what a path means to this process: links in a container's file system, which is
 * anybody's, lead to nowhere outside of it.
 */
final class Binaries {
  /** Where a container's file is looked for, in messages; which one it is who asks knows. */
  static final String IN_CONTAINER = "in the container";

  private static final Path OWN_ROOT = Path.of("/");

  /** The kernel's MAXSYMLINKS. */
  private static final int MOST_LINKS = 40;

  private final Libc libc;
  private final Cgroups cgroups;
  private final HostRoot hostRoot;

  Binaries(Libc libc, Cgroups cgroups, HostRoot hostRoot) {
    this.libc = libc;
    this.cgroups = cgroups;
    this.hostRoot = hostRoot;
  }

  /**
   * What a file is, wherever it is seen. Containers of one image have their unchanged files in one,
   * each seen on a device of its own (overlayfs), which therefore is no part of this.
   */
  record FileId(long inode, long size, Object modified) {
    /** Tells files apart that had one name, and states of one file; never 0. */
    long instance() {
      return 1L + Integer.toUnsignedLong(hashCode());
    }
  }

  /**
   * Does something with a hook's binary while it is open; the hook it is given names the open file.
   * Any other hook is given as it is.
   *
   * @throws Refusal BinaryNotFound, or Incompatible where this daemon may not see it
   */
  <T> T opened(Hook hook, Function<Hook, T> use) {
    Optional<ContainerFile> container = container(hook);
    if (!(hook instanceof BinaryHook binary)) {
      return use.apply(hook);
    }
    if (container.isEmpty() && hostRoot.hidden().isPresent()) {
      // This container may have a file of the name, which is not the one that is meant.
      Failure hidden = hostRoot.hidden().get();
      throw new Refusal(hidden.reason(), "binary " + binary.binary() + ": " + hidden.message());
    }
    if (container.isEmpty() && hostRoot.path().equals(OWN_ROOT)) {
      return use.apply(hook);
    }
    try (Fd file = container.map(this::openRunning).orElseGet(() -> openOnHost(binary.binary()))) {
      String path = path(file).toString();
      try {
        return use.apply(binary.narrowed(path));
      } catch (Refusal refusal) {
        Failure failure = refusal.failure();
        String name = container.map(ContainerFile::path).orElse(binary.binary());
        throw new Refusal(failure.reason(), failure.message().replace(path, name), refusal);
      }
    }
  }

  private static Optional<ContainerFile> container(Hook hook) {
    return hook instanceof BinaryHook binary
        ? ContainerFile.parse(binary.binary())
        : Optional.empty();
  }

  /** What the file is; empty while the container has no process that sees its own files yet. */
  Optional<FileId> id(ContainerFile wanted) {
    Optional<Fd> opened = open(wanted);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    try (Fd file = opened.get()) {
      return Optional.of(id(path(file)));
    } catch (IOException e) {
      throw new Refusal(Reason.BinaryNotFound, "binary " + wanted.path() + ": " + e, e);
    }
  }

  /** What a file of the node is; empty while it cannot be opened, which attaching puts in words. */
  Optional<FileId> id(BinaryHook hook) {
    try {
      return Optional.of(opened(hook, open -> idOf(((BinaryHook) open).binary())));
    } catch (Refusal | UncheckedIOException absent) {
      return Optional.empty();
    }
  }

  /** The paths that decide which file of the node a binary is: its own, and those links lead to. */
  List<Path> places(BinaryHook hook) {
    List<Path> places = new ArrayList<>();
    Path place = onHost(Path.of(hook.binary()));
    while (places.size() < MOST_LINKS && !places.contains(place)) {
      places.add(place);
      try {
        Path target = Files.readSymbolicLink(place);
        Path onItself = Path.of("/").resolve(hostRoot.path().relativize(place));
        place = onHost(onItself.resolveSibling(target));
      } catch (IOException end) {
        break;
      }
    }
    return places;
  }

  /** From the host's root, which is not /, and which no ".." leads out of. */
  private Path onHost(Path absolute) {
    return hostRoot.path().resolve(Path.of("/").relativize(absolute.normalize()));
  }

  private static FileId idOf(String path) {
    try {
      return id(Path.of(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileId id(Path path) throws IOException {
    return new FileId(
        (Long) Files.getAttribute(path, "unix:ino"),
        Files.size(path),
        Files.getLastModifiedTime(path));
  }

  private Fd openRunning(ContainerFile wanted) {
    return open(wanted)
        .orElseThrow(
            () ->
                new Refusal(
                    Reason.BinaryNotFound,
                    "binary %s: its container %s does not run"
                        .formatted(wanted.path(), wanted.cgroup())));
  }

  private Fd openOnHost(String binary) {
    try (Fd root = libc.open(hostRoot.path().toString())) {
      return regular(libc.openInRoot(root, binary), binary, "on this node");
    } catch (NativeError e) {
      throw refusal(binary, "on this node", e);
    }
  }

  /** Empty while no process of the container sees its own files. */
  private Optional<Fd> open(ContainerFile wanted) {
    for (int pid : cgroups.processes(wanted.cgroup())) {
      try (Fd root = libc.open("/proc/" + pid + "/root")) {
        // While the runtime sets a container up its first process still has the host's files, and a
        // number may be another process's by now.
        if (HostRoot.same(path(root), OWN_ROOT)
            || HostRoot.same(path(root), hostRoot.path().resolve("."))
            || !cgroups.processes(wanted.cgroup()).contains(pid)) {
          continue;
        }
        return Optional.of(
            regular(libc.openInRoot(root, wanted.path()), wanted.path(), IN_CONTAINER));
      } catch (NativeError e) {
        if (e.errno() != Errno.ESRCH && !(e.errno() == Errno.ENOENT && isGone(pid))) {
          throw refusal(wanted.path(), IN_CONTAINER, e);
        }
      } catch (IOException gone) {
        continue;
      }
    }
    return Optional.empty();
  }

  private static boolean isGone(int pid) {
    return !Files.exists(Path.of("/proc/" + pid));
  }

  private static Fd regular(Fd file, String binary, String where) {
    if (Files.isRegularFile(path(file))) {
      return file;
    }
    file.close();
    throw new Refusal(Reason.BinaryNotFound, "binary " + binary + " is no file " + where);
  }

  private static Refusal refusal(String binary, String where, NativeError e) {
    return switch (e.errno()) {
      case Errno.ENOENT ->
          new Refusal(Reason.BinaryNotFound, "binary " + binary + " does not exist " + where, e);
      case Errno.EACCES, Errno.EPERM ->
          new Refusal(
              Capabilities.own()
                  .refusal("to open binary " + binary + " " + where, Capability.SYS_PTRACE)
                  .orElseGet(
                      () ->
                          Failure.of(
                              Reason.PermissionDenied,
                              "binary %s cannot be opened %s (%s)"
                                  .formatted(binary, where, Errno.name(e.errno())))),
              e);
      default ->
          new Refusal(
              Reason.BinaryNotFound,
              "binary " + binary + " cannot be opened " + where + ": " + e.getMessage(),
              e);
    };
  }

  private static Path path(Fd fd) {
    return Path.of("/proc/self/fd/" + fd.number());
  }
}
