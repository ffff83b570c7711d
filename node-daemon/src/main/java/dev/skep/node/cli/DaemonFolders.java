package dev.skep.node.cli;

import dev.skep.node.agent.ServeOptions;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.ObservedLoad;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Options of commands that look at what the daemon of this machine runs. */
final class DaemonFolders {
  @Option(
      names = "--pin-root",
      paramLabel = "DIR",
      description = "As the daemon was started with. Default: /sys/fs/bpf/skep.")
  private Path pinRoot = ServeOptions.DEFAULT_PIN_ROOT;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = "As the daemon was started with. Default: /var/lib/skep.")
  private Path stateDir = ServeOptions.DEFAULT_STATE_DIR;

  Path pinRoot() {
    return pinRoot;
  }

  Path stateDir() {
    return stateDir;
  }

  /** The kernel behind the daemon's pins, for the caller to close. */
  Kernel looking() {
    isThere("--pin-root", pinRoot);
    isThere("--state-dir", stateDir);
    return LocalKernel.looking(pinRoot, stateDir);
  }

  /** The daemon made both; to look at nothing, nothing is made. */
  private static void isThere(String option, Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new CommandFailure(
          ExitCode.NOT_FOUND,
          "there is no %s: name the folder of the daemon that runs here with %s"
              .formatted(folder, option));
    }
  }

  /**
   * The loads of programs of a name.
   *
   * @param name a name, or namespace/name; null for all
   */
  List<ObservedLoad> loads(Kernel kernel, String name) {
    List<ObservedLoad> loads =
        kernel.observe().stream()
            .filter(
                l -> name == null || name.equals(l.key().name()) || name.equals(l.key().program()))
            .toList();
    if (loads.isEmpty() && name != null) {
      throw new CommandFailure(
          ExitCode.NOT_FOUND, "no program " + name + " is loaded under " + pinRoot);
    }
    return loads;
  }

  /** Refuses a name that several programs have, in different namespaces. */
  static void isOne(String name, List<ObservedLoad> loads) {
    List<String> programs = loads.stream().map(l -> l.key().program()).distinct().toList();
    if (programs.size() > 1) {
      throw new CommandFailure(
          ExitCode.USAGE,
          name + " is several: " + programs.stream().collect(Collectors.joining(", ")));
    }
  }
}
