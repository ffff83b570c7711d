package dev.skep.node.cli;

import dev.skep.api.v1alpha1.hook.Iter;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.ObservedLink;
import dev.skep.node.kernel.ObservedLoad;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "iter",
    description = {
      "Lets an iterator that the daemon attached on this machine walk, and prints what it says.",
      "Needs root."
    },
    footer = {"", "Examples:", "  skep iter tasks", "  skep iter skep-system/tasks show_task"})
final class IterCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "Name of the BpfProgram, or namespace/name.")
  private String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FUNCTION",
      description = "The function that walks. Default: the only one of the program.")
  private String function;

  /** What a walk is kept in until it is printed. */
  private static final int MOST = 1 << 30;

  @Option(
      names = "--limit",
      paramLabel = "BYTES",
      defaultValue = "16777216",
      description = "Bytes to print at most (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Mixin private DaemonFolders folders;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (limit < 1 || limit > MOST) {
      throw new ParameterException(spec.commandLine(), "--limit is from 1 to " + MOST);
    }
    try (Kernel kernel = folders.looking()) {
      List<ObservedLoad> loads = folders.loads(kernel, name);
      DaemonFolders.isOne(name, loads);
      byte[] text = kernel.walk(iterator(loads), limit + 1);
      PrintWriter out = spec.commandLine().getOut();
      out.print(new String(text, 0, Math.min(text.length, limit), StandardCharsets.UTF_8));
      out.flush();
      if (text.length > limit) {
        spec.commandLine()
            .getErr()
            .printf("skep: there is more than %d bytes: --limit shows more%n", limit);
      }
    }
    return ExitCode.OK;
  }

  private ObservedLink iterator(List<ObservedLoad> loads) {
    // While a program is replaced it has two loads: the later one is the new one.
    List<ObservedLink> all =
        loads.reversed().stream()
            .flatMap(load -> load.links().stream())
            .filter(link -> link.alive() && link.hook() instanceof Iter)
            .toList();
    List<String> functions = all.stream().map(ObservedLink::function).distinct().toList();
    if (function == null && functions.size() > 1) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "%s has several iterators: name one of %s".formatted(name, String.join(", ", functions)));
    }
    return all.stream()
        .filter(link -> function == null || function.equals(link.function()))
        .findFirst()
        .orElseThrow(() -> absent(functions));
  }

  private CommandFailure absent(List<String> functions) {
    return new CommandFailure(
        ExitCode.NOT_FOUND,
        functions.isEmpty()
            ? name + " has no iterator attached"
            : "%s has no iterator %s attached; it has %s"
                .formatted(name, function, functions.stream().collect(Collectors.joining(", "))));
  }
}
