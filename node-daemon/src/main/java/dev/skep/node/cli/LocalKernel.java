package dev.skep.node.cli;

import dev.skep.node.kernel.Journal;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.LinuxKernel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The running kernel, for a command of its own beside whatever daemon runs. */
final class LocalKernel {
  private static final Path BPFFS = Path.of("/sys/fs/bpf");

  /** Pins of {@code skep run}, one folder a process; the daemon's root is another. */
  static final Path RUN_ROOT = BPFFS.resolve("skep-run");

  private LocalKernel() {}

  /** To look at what stands under pins that another process may be changing: writes nothing. */
  static Kernel looking(Path pinRoot, Path stateDir) {
    needPermission();
    return LinuxKernel.looking(pinRoot, journal(stateDir));
  }

  /** To change what stands under pins that are this process's alone. */
  static Kernel owning(Path pinRoot, Path stateDir) {
    needPermission();
    return new LinuxKernel(pinRoot, journal(stateDir));
  }

  private static void needPermission() {
    if (Files.exists(BPFFS) && !Files.isWritable(BPFFS)) {
      throw new CommandFailure(
          ExitCode.KERNEL, "no permission to write to " + BPFFS + ": this needs root");
    }
  }

  private static Journal journal(Path stateDir) {
    return new Journal(stateDir.resolve("journal"), Version.version());
  }
}
