package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.Libc;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.libbpf.PinFolders;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Our folder of bpffs: the one place that changes it. */
final class Pins {
  /** What to do where there is no bpffs; systemd has mounted one since its version 238. */
  private static final String MOUNT =
      "mount one on the node: mount -t bpf bpf /sys/fs/bpf, for good by a line in /etc/fstab (bpf"
          + " /sys/fs/bpf bpf defaults 0 0) or systemd's sys-fs-bpf.mount";

  private final Path root;
  private final Libbpf libbpf;
  private final Libc libc;
  private final PinFolders folders;

  /**
   * @throws Refusal when the root is not on a bpffs
   */
  Pins(Path root, Libbpf libbpf, Libc libc) {
    this.root = root;
    this.libbpf = libbpf;
    this.libc = libc;
    this.folders = new PinFolders(libbpf, libc);
    make(root);
  }

  /**
   * The folder, where it is not there yet.
   *
   * @throws Refusal NodeNotReady when it would not be on a bpffs
   */
  static void make(Path root) {
    try {
      // Before it is made: a slip of the pen leaves no folder behind.
      if (!Mounts.typeAt(root).equals("bpf")) {
        throw new Refusal(Reason.NodeNotReady, root + " is not on a bpffs: " + MOUNT);
      }
      Files.createDirectories(root);
    } catch (IOException e) {
      throw new Refusal(
          Reason.NodeNotReady, "pins cannot be kept in " + root + ": " + MOUNT + " (" + e + ")", e);
    }
  }

  /** Every load that has a folder; half-made ones are removed at start and not listed. */
  List<LoadKey> loads() {
    List<LoadKey> keys = new ArrayList<>();
    for (String namespace : namespaces()) {
      for (String program : PinFolders.names(root.resolve(namespace))) {
        for (String load : PinFolders.names(root.resolve(namespace).resolve(program))) {
          if (!PinNames.isStaged(load)) {
            keys.add(PinNames.key(namespace, program, load));
          }
        }
      }
    }
    return keys;
  }

  /** The loads of one program. */
  List<LoadKey> loadsOf(String namespace, String name) {
    Path program = PinNames.folder(root, new LoadKey(namespace, name, "any")).getParent();
    return PinFolders.names(program).stream()
        .filter(load -> !PinNames.isStaged(load))
        .map(load -> new LoadKey(namespace, name, load))
        .toList();
  }

  /**
   * A map that the node's administrator pinned to be shared: in a folder beside ours, so that no
   * name of a resource reaches maps that nobody meant for it.
   */
  Optional<Fd> findShared(String name) {
    return folders.open(
        root.resolveSibling(root.getFileName() + "-shared").resolve(PinNames.one(name)));
  }

  /** Whether its program has no other load. */
  boolean isOnlyLoad(LoadKey key) {
    return loadsOf(key.namespace(), key.name()).size() <= 1;
  }

  private List<String> namespaces() {
    return PinFolders.names(root).stream()
        .filter(name -> !name.equals(PinNames.INTERFACES))
        .toList();
  }

  /** The folder of what interfaces keep; made when it is needed. */
  Path interfaces() {
    return root.resolve(PinNames.INTERFACES);
  }

  boolean exists(LoadKey key) {
    return Files.isDirectory(PinNames.folder(root, key));
  }

  /** Names in one of a load's folders, sorted. */
  List<String> list(LoadKey key, String kind) {
    return PinFolders.names(PinNames.folder(root, key).resolve(kind));
  }

  /** Opens a pin. */
  Fd open(LoadKey key, String kind, String name) {
    return libbpf.open(PinNames.folder(root, key).resolve(kind).resolve(name).toString());
  }

  /** Opens a pin if it is there. */
  Optional<Fd> find(LoadKey key, String kind, String name) {
    return folders.open(PinNames.folder(root, key).resolve(kind).resolve(name));
  }

  /** What reading a pin gives, which only those of iterators do; its first bytes. */
  byte[] read(LoadKey key, String kind, String name, int limit) {
    Path pin = PinNames.folder(root, key).resolve(kind).resolve(name);
    // Such a file can be read on, but neither sought in nor measured.
    try (InputStream in = new FileInputStream(pin.toFile())) {
      ByteArrayOutputStream read = new ByteArrayOutputStream();
      byte[] piece = new byte[64 << 10];
      int count;
      do {
        count = in.read(piece, 0, Math.min(piece.length, limit - read.size()));
        read.write(piece, 0, Math.max(0, count));
      } while (count > 0 && read.size() < limit);
      return read.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(pin + " cannot be read: " + e.getMessage(), e);
    }
  }

  void pin(LoadKey key, String kind, String name, Fd fd) {
    libbpf.pin(fd.number(), PinNames.folder(root, key).resolve(kind).resolve(name).toString());
  }

  void remove(LoadKey key, String kind, String name) {
    folders.removePin(PinNames.folder(root, key).resolve(kind).resolve(name));
  }

  /** Moves a link's pin from one load to another. */
  void moveLink(LoadKey from, String name, LoadKey to, String newName) {
    libc.rename(
        PinNames.folder(root, from).resolve(PinNames.LINKS).resolve(name).toString(),
        PinNames.folder(root, to).resolve(PinNames.LINKS).resolve(newName).toString());
  }

  /** Begins the folder of a load beside its place, for {@link #finish} to move it there. */
  Path stage(LoadKey key) {
    Path staged = PinNames.staged(root, key);
    removeTree(staged);
    // The last load of another program of the namespace may be taking the parents away just now.
    for (int attempt = 0; ; attempt++) {
      try {
        folders.make(root.resolve(key.namespace()));
        folders.make(staged.getParent());
        folders.make(staged);
        break;
      } catch (NativeError e) {
        if (e.errno() != Errno.ENOENT || attempt == 10) {
          throw e;
        }
      }
    }
    folders.make(staged.resolve(PinNames.PROGRAMS));
    folders.make(staged.resolve(PinNames.EXTENSIONS));
    folders.make(staged.resolve(PinNames.MAPS));
    folders.make(staged.resolve(PinNames.LINKS));
    return staged;
  }

  /** Puts a staged folder in its place, all its pins at once. */
  void finish(LoadKey key) {
    libc.rename(PinNames.staged(root, key).toString(), PinNames.folder(root, key).toString());
  }

  void discard(LoadKey key) {
    removeTree(PinNames.staged(root, key));
    removeParents(key);
  }

  void remove(LoadKey key) {
    removeTree(PinNames.folder(root, key));
    removeParents(key);
  }

  /** Removes what a process that died in the middle of a load left. */
  void removeStaged() {
    for (String namespace : namespaces()) {
      for (String program : PinFolders.names(root.resolve(namespace))) {
        Path folder = root.resolve(namespace).resolve(program);
        PinFolders.names(folder).stream()
            .filter(PinNames::isStaged)
            .forEach(staged -> removeTree(folder.resolve(staged)));
      }
    }
  }

  /**
   * Removes all that looks like ours by the folders it is in, and the folders that this leaves
   * empty. Needs no libbpf, and nothing that could be read.
   *
   * @return whether the root is gone too
   */
  static boolean removeAll(Path root) throws IOException {
    deleteTree(root.resolve(PinNames.INTERFACES));
    for (String namespace : PinFolders.names(root)) {
      for (String program : PinFolders.names(root.resolve(namespace))) {
        Path folder = root.resolve(namespace).resolve(program);
        for (String load : PinFolders.names(folder)) {
          if (PinNames.isLoad(folder.resolve(load))) {
            deleteTree(folder.resolve(load));
          }
        }
        deleteEmpty(folder);
      }
      deleteEmpty(root.resolve(namespace));
    }
    return deleteEmpty(root);
  }

  private static void deleteTree(Path tree) throws IOException {
    if (!Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** Not a folder that is somebody's, nor one that a file system is mounted on. */
  private static boolean deleteEmpty(Path folder) {
    return PinFolders.names(folder).isEmpty()
        && folder.toFile().isDirectory()
        && folder.toFile().delete();
  }

  private void removeTree(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    for (String kind :
        List.of(PinNames.LINKS, PinNames.PROGRAMS, PinNames.EXTENSIONS, PinNames.MAPS)) {
      folders.remove(folder.resolve(kind));
    }
    folders.removeEmpty(folder);
  }

  /** A program without loads, a namespace without programs, leave no folder. */
  private void removeParents(LoadKey key) {
    Path program = PinNames.folder(root, key).getParent();
    for (Path folder : List.of(program, program.getParent())) {
      try {
        libc.rmdir(folder.toString());
      } catch (NativeError e) {
        if (e.errno() == Errno.ENOTEMPTY || e.errno() == Errno.ENOENT) {
          return;
        }
        throw e;
      }
    }
  }
}
