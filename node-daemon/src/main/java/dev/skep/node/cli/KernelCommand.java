package dev.skep.node.cli;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfNodeStatus.KernelFacts;
import dev.skep.node.kernel.Kernel;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "kernel",
    description = {
      "Shows what this kernel can load and attach, by trying it: two-instruction programs and empty"
          + " maps, gone again at once.",
      "Needs root, or CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN."
    },
    footer = {"", "Examples:", "  skep kernel", "  skep kernel -o json | jq .hooks"})
final class KernelCommand implements Callable<Integer> {
  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    try (RunFolder folder = RunFolder.make();
        Kernel kernel = LocalKernel.looking(folder.pins(), folder.state())) {
      KernelFacts facts = kernel.facts();
      output.print(() -> facts, () -> table(facts));
    }
    return ExitCode.OK;
  }

  static String table(KernelFacts facts) {
    StringBuilder text = new StringBuilder();
    text.append("Kernel:    %s %s%n".formatted(facts.release(), facts.architecture()));
    text.append("BTF:       %s%n".formatted(Boolean.TRUE.equals(facts.btf()) ? "yes" : "no"));
    text.append("cgroup v2: %s%n%n".formatted(facts.cgroup2() == null ? "no" : facts.cgroup2()));
    Table hooks = new Table("HOOK", "ATTACHES");
    Stream.of(Attach.class.getRecordComponents())
        .map(RecordComponent::getName)
        .forEach(hook -> hooks.row(hook, facts.hooks().contains(hook) ? "yes" : "no"));
    text.append(hooks).append('\n');
    text.append(list("Program types: ", facts.programTypes()));
    text.append(list("Map types:     ", facts.mapTypes()));
    return text.toString();
  }

  /** Names in lines of at most 100 characters, below each other. */
  private static String list(String head, List<String> names) {
    StringBuilder text = new StringBuilder();
    StringBuilder line = new StringBuilder(head);
    for (String name : names) {
      if (line.length() + name.length() > 98) {
        text.append(line.toString().stripTrailing()).append('\n');
        line = new StringBuilder(" ".repeat(head.length()));
      }
      line.append(name).append(' ');
    }
    return text.append(line.toString().stripTrailing()).append('\n').toString();
  }
}
