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
import java.nio.file.LinkOption;
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
  /** Everything that a daemon writes into its state folder. */
  private static final List<String> STATE =
      List.of(
          "journal",
          "objects",
          "revisions",
          "lock",
          "node.json",
          "pods.json",
          "runs.json",
          "status.json");

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
        removal.deleteState();
      }
    }
    return new Outcome(List.copyOf(removal.done), List.copyOf(removal.failures));
  }

  /** Whether the folder was one of pins; any other is left alone, and what belongs to it too. */
  private boolean empty(String build) throws IOException {
    try (PinLock lock = PinLock.take(pinRoot)) {
      detach(build);
      if (lock.removePins()) {
        done.add(pinRoot + " removed");
      } else {
        done.add(pinRoot + " holds no pin of ours any more; what else is there is left alone");
      }
      return true;
    } catch (Refusal e) {
      failures.add("nothing is removed: " + e.getMessage());
      return false;
    }
  }

  private void detach(String build) {
    try (Kernel kernel =
        new LinuxKernel(pinRoot, new Journal(stateDir.resolve("journal"), build))) {
      loads(kernel).forEach(load -> unload(kernel, load));
    } catch (Refusal e) {
      failures.add("programs are not detached in order: " + e.getMessage());
    }
  }

  /** What there is to detach. Others' folders look like loads of nothing. */
  public static List<ObservedLoad> loads(Kernel kernel) {
    return kernel.observe().stream().filter(load -> !load.programs().isEmpty()).toList();
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

  /**
   * A folder is anything that somebody wrote on a command line: only what a daemon writes goes. The
   * folder itself may be where a volume is mounted, and then it stays.
   */
  private void deleteState() throws IOException {
    for (String name : STATE) {
      delete(stateDir.resolve(name));
      delete(stateDir.resolve(name + ".partial"));
    }
    try {
      Files.delete(stateDir);
      done.add(stateDir + " removed");
    } catch (FileSystemException others) {
      done.add(stateDir + " holds no state of a daemon any more; what else is there is left alone");
    }
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
