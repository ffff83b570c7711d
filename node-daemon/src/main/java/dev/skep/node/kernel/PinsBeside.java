package dev.skep.node.kernel;

import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.NativeError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What other processes of Skep's pinned on this node: the daemon's, for a command that runs beside
 * it, and the other way round. Read to name who holds a place; never changed.
 */
final class PinsBeside {
  private static final String OURS = "skep";

  /** Of a pin root: namespace, name, load, programs, function; and a process's folder before. */
  private static final int DEPTH = 6;

  private final Path root;
  private final Libbpf libbpf;

  PinsBeside(Path root, Libbpf libbpf) {
    this.root = root;
    this.libbpf = libbpf;
  }

  /** The program (namespace/name) that a kernel id of another process's belongs to. */
  Optional<String> owner(int programId) {
    for (Path folder : beside()) {
      try (Stream<Path> pins = Files.walk(folder, DEPTH)) {
        Optional<Path> pin =
            pins.filter(PinsBeside::isProgram).filter(p -> id(p) == programId).findFirst();
        if (pin.isPresent()) {
          Path program = pin.get().getParent().getParent().getParent();
          return Optional.of(
              PinNames.key(
                      program.getParent().getFileName().toString(),
                      program.getFileName().toString(),
                      pin.get().getParent().getParent().getFileName().toString())
                  .program());
        }
      } catch (IOException | UncheckedIOException gone) {
        // It ended meanwhile: then it holds nothing either.
        continue;
      }
    }
    return Optional.empty();
  }

  /** Folders of Skep's beside this one, and beside the one that it is in. */
  private List<Path> beside() {
    List<Path> beside = new ArrayList<>();
    for (Path from : List.of(root, root.getParent())) {
      String[] names =
          from.getParent() == null
              ? null
              : from.getParent().toFile().list((f, name) -> name.startsWith(OURS));
      for (String name : names == null ? new String[0] : names) {
        Path folder = from.resolveSibling(name);
        if (!root.equals(folder) && !beside.contains(folder)) {
          beside.add(folder);
        }
      }
    }
    return beside;
  }

  private static boolean isProgram(Path pin) {
    return pin.getParent().endsWith(PinNames.PROGRAMS) && !Files.isDirectory(pin);
  }

  private int id(Path pin) {
    try (Fd fd = libbpf.open(pin.toString())) {
      return libbpf.programInfo(fd).id();
    } catch (NativeError gone) {
      return -1;
    }
  }
}
