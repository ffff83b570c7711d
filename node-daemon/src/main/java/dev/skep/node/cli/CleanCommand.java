package dev.skep.node.cli;

import dev.skep.node.agent.Removal;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.ObservedLoad;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code skep clean}: the last thing to be done on a node. */
@Command(
    name = "clean",
    description = {
      "Takes off this machine what the daemon left in the kernel on purpose when it ended.",
      "Detaches its programs, removes their pins and with them their maps, and the daemon's state.",
      "Without --yes it lists what would go. Refuses while a daemon runs. Needs root."
    },
    footer = {"", "Examples:", "  skep clean", "  skep clean --yes"})
final class CleanCommand implements Callable<Integer> {
  @Option(names = "--yes", description = "Do it.")
  private boolean yes;

  @Option(
      names = "--stay",
      description =
          "Then do nothing until told to end: in a pod of a DaemonSet, which would be started again.")
  private boolean stay;

  @Mixin private DaemonFolders folders;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    if (!Files.isDirectory(folders.pinRoot()) && !Files.isDirectory(folders.stateDir())) {
      out.printf(
          "there is no %s and no %s: nothing to do%n", folders.pinRoot(), folders.stateDir());
    } else if (yes) {
      clean(out);
    } else {
      list(out);
      out.println("nothing was changed: --yes removes what is Skep's in these");
    }
    out.flush();
    if (stay) {
      new CountDownLatch(1).await();
    }
    return ExitCode.OK;
  }

  private void clean(PrintWriter out) throws IOException {
    Removal.Outcome outcome = Removal.of(folders.pinRoot(), folders.stateDir(), Version.version());
    outcome.done().forEach(out::println);
    out.flush();
    if (!outcome.failures().isEmpty()) {
      throw new CommandFailure(ExitCode.FAILURE, String.join("; ", outcome.failures()));
    }
  }

  private void list(PrintWriter out) {
    if (Files.isDirectory(folders.pinRoot()) && Files.isDirectory(folders.stateDir())) {
      try (Kernel kernel = folders.looking()) {
        for (ObservedLoad load : Removal.loads(kernel)) {
          out.printf("%s: %d links%n", load.key().program(), load.links().size());
        }
      }
    }
    out.println(folders.pinRoot());
    out.println(folders.stateDir());
  }
}
