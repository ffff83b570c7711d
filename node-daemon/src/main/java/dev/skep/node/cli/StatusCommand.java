package dev.skep.node.cli;

import dev.skep.api.v1alpha1.BpfNodeStatus;
import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.node.agent.ServeOptions;
import dev.skep.node.agent.StateLock;
import dev.skep.node.report.LocalStatus;
import dev.skep.node.report.StatusFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "status",
    description = {
      "Shows what skep serve --manifests runs on this machine, and which manifests it refuses.",
      "In a cluster, kubectl get bpfnodes shows the same."
    },
    footer = {"", "Examples:", "  skep status", "  skep status -o yaml --state-dir ./state"})
final class StatusCommand implements Callable<Integer> {
  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = "As the daemon was started with. Default: /var/lib/skep.")
  private Path stateDir = ServeOptions.DEFAULT_STATE_DIR;

  @Mixin private Output output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Path file = ServeOptions.statusFile(stateDir);
    if (!Files.exists(file)) {
      throw new CommandFailure(
          ExitCode.NOT_FOUND,
          "there is no " + file + ": skep serve --manifests DIR writes it; is it running?");
    }
    if (StateLock.isFree(stateDir)) {
      spec.commandLine()
          .getErr()
          .println("skep: no daemon runs with " + stateDir + "; this is what its last one wrote");
    }
    LocalStatus status = StatusFile.read(file);
    output.print(() -> status, () -> table(status));
    return ExitCode.OK;
  }

  private static String table(LocalStatus status) {
    return status.refusedManifests().isEmpty()
        ? programs(status.status())
        : programs(status.status()) + "\n" + refused(status.refusedManifests());
  }

  private static String refused(Map<String, String> manifests) {
    Table table = new Table("MANIFEST", "REFUSED");
    manifests.forEach(table::row);
    return table.toString();
  }

  private static String programs(BpfNodeStatus status) {
    Table table =
        new Table("NAMESPACE", "NAME", "STATE", "REVISION", "LINKS", "RUNS/S", "NS/RUN", "MESSAGE");
    for (ProgramState program : status.programs()) {
      table.row(
          program.namespace(),
          program.name(),
          program.state(),
          program.revision(),
          program.functions().stream().mapToInt(FunctionState::linkCount).sum(),
          measured(program) ? String.format(Locale.ROOT, "%.1f", runsPerSecond(program)) : "",
          measured(program) ? nanosecondsPerRun(program) : "",
          message(program));
    }
    return table.isEmpty() ? "no programs\n" : table.toString();
  }

  private static boolean measured(ProgramState program) {
    return program.functions().stream().anyMatch(f -> f.runsPerSecond() != null);
  }

  private static double runsPerSecond(ProgramState program) {
    return program.functions().stream()
        .map(FunctionState::runsPerSecond)
        .filter(Objects::nonNull)
        .mapToDouble(Double::doubleValue)
        .sum();
  }

  /** Of all functions together, each as often as it runs. */
  private static long nanosecondsPerRun(ProgramState program) {
    double time =
        program.functions().stream()
            .filter(f -> f.runsPerSecond() != null && f.nanosecondsPerRun() != null)
            .mapToDouble(f -> f.runsPerSecond() * f.nanosecondsPerRun())
            .sum();
    double runs = runsPerSecond(program);
    return runs == 0 ? 0 : Math.round(time / runs);
  }

  private static String message(ProgramState program) {
    if (program.reason() != null) {
      return program.reason() + ": " + program.message().lines().findFirst().orElse("");
    }
    String without =
        program.functions().stream()
            .filter(f -> f.reason() != null)
            .map(f -> "without " + f.function() + ": " + f.message().lines().findFirst().orElse(""))
            .collect(Collectors.joining("; "));
    return without.isEmpty() && program.message() != null
        ? program.message().lines().findFirst().orElse("")
        : without;
  }
}
