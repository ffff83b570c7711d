package dev.skep.node.agent;

import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.kernel.Journal;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.LinuxKernel;
import dev.skep.node.kernel.ObservedLink;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.kernel.PinLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Takes off a node what its daemon left there on purpose: attached programs, their pins, and the
 * daemon's state. What cannot be detached in order loses its pins all the same, and with them most
 * links end.
 */
public final class Removal {
  private final Path pinRoot;
  private final Path stateDir;
  private final List<String> done = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  private Removal(Path pinRoot, Path stateDir) {
    this.pinRoot = pinRoot;
    this.stateDir = stateDir;
  }

  /**
   * What came of it.
   *
   * @param done what is gone, a line each
   * @param failures what was in the way, a line each
   */
  public record Outcome(List<String> done, List<String> failures) {}

  /**
   * Removes everything.
   *
   * @param build as the daemon's journal says it: version and kernel
   * @throws UncheckedIOException when a daemon runs with this state folder, or with these pins
   */
  public static Outcome of(Path pinRoot, Path stateDir, String build) throws IOException {
    Removal removal = new Removal(pinRoot, stateDir);
    try (StateLock _ = StateLock.take(stateDir)) {
      if (!Files.isDirectory(pinRoot) || removal.empty(build)) {
        removal.delete(stateDir);
      }
    }
    return new Outcome(List.copyOf(removal.done), List.copyOf(removal.failures));
  }

  /** Whether the folder was one of pins; any other is left alone, and what belongs to it too. */
  private boolean empty(String build) throws IOException {
    try (PinLock _ = PinLock.take(pinRoot)) {
      detach(build);
      delete(pinRoot);
      return true;
    } catch (Refusal e) {
      failures.add("nothing is removed: " + e.getMessage());
      return false;
    }
  }

  private void detach(String build) {
    try (Kernel kernel =
        new LinuxKernel(pinRoot, new Journal(stateDir.resolve("journal"), build))) {
      kernel.observe().forEach(load -> unload(kernel, load));
    } catch (Refusal e) {
      failures.add("programs are not detached in order: " + e.getMessage());
    }
  }

  private void unload(Kernel kernel, ObservedLoad load) {
    try {
      for (ObservedLink link : load.links()) {
        kernel.detach(link);
      }
      kernel.unload(load.key());
      done.add(
          "%s: %d links ended, %d programs and %d maps unpinned"
              .formatted(
                  load.key().program(),
                  load.links().size(),
                  load.programs().size(),
                  load.maps().size()));
    } catch (Refusal e) {
      failures.add(load.key().program() + ": " + e.getMessage());
    }
  }

  /** The folder itself may be where a volume is mounted, and then it stays, empty. */
  private void delete(Path tree) throws IOException {
    if (!Files.isDirectory(tree)) {
      return;
    }
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        if (!path.equals(tree)) {
          Files.deleteIfExists(path);
        }
      }
    }
    try {
      Files.delete(tree);
      done.add(tree + " removed");
    } catch (FileSystemException busy) {
      done.add(tree + " emptied");
    }
  }
}
