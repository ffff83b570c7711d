package dev.skep.node.cli;

import dev.skep.api.v1alpha1.BpfNodeStatus.KernelFacts;
import dev.skep.node.kernel.KernelReport;
import dev.skep.node.kernel.KernelReport.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "kernel",
    description = {
      "Shows what this kernel can load and attach, by trying it: two-instruction programs and empty"
          + " maps, gone again at once.",
      "Needs root, or CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN; with fewer it shows what is refused."
    },
    footer = {
      "",
      "Examples:",
      "  skep kernel",
      "  skep kernel --helpers                        # and the functions that programs may call",
      "  skep kernel -o json | jq .kernel.hooks       # what a node's status says",
      "  skep kernel -o json | jq '.kinds[] | select(.usable | not)'"
    })
final class KernelCommand implements Callable<Integer> {
  private static final int WIDTH = 100;

  @Mixin private Output output;

  @Option(
      names = "--helpers",
      description = "Also the helper functions that each program type may call.")
  private boolean helpers;

  @Override
  public Integer call() {
    KernelReport report = KernelReport.ofThisKernel(helpers);
    output.print(() -> report, () -> table(report));
    return ExitCode.OK;
  }

  static String table(KernelReport report) {
    KernelFacts kernel = report.kernel();
    StringBuilder text = new StringBuilder();
    line(text, "Kernel", kernel.release() + " " + kernel.architecture());
    line(text, "libbpf", report.libbpf());
    line(text, "BTF", yes(kernel.btf()));
    line(text, "JIT", yes(kernel.jit()));
    line(text, "cgroup v2", kernel.cgroup2() == null ? "no" : kernel.cgroup2());
    line(text, "bpffs", orNot(report.bpffs(), "no: mount -t bpf bpf /sys/fs/bpf"));
    line(text, "LSMs", orNot(kernel.lsms(), "unknown: securityfs is not mounted"));
    line(text, "This process", orNot(report.capabilities(), "no capability that eBPF asks for"));
    text.append('\n').append(kinds(report.kinds())).append('\n');
    text.append(list("Map types: ", kernel.mapTypes()));
    // Several kinds are one program type, and may call the same.
    Map<List<String>, List<String>> byHelpers = new LinkedHashMap<>();
    report
        .helpers()
        .forEach((k, h) -> byHelpers.computeIfAbsent(h, any -> new ArrayList<>()).add(k));
    byHelpers.forEach(
        (helpers, kinds) ->
            text.append('\n').append(list("Helpers of ", kinds)).append(list("  ", helpers)));
    return text.toString();
  }

  private static Table kinds(List<Kind> kinds) {
    Table table = new Table("HOOK", "SEC", "LINUX", "USABLE");
    kinds.stream()
        .sorted(Comparator.comparing(Kind::hook))
        .forEach(k -> table.row(k.hook(), k.name(), k.since(), k.usable() ? "yes" : k.cause()));
    return table;
  }

  private static void line(StringBuilder text, String what, String is) {
    text.append("%-14s%s%n".formatted(what + ":", is));
  }

  private static String yes(Boolean fact) {
    return fact == null ? "unknown" : fact ? "yes" : "no";
  }

  private static String orNot(List<String> list, String none) {
    return list.isEmpty() ? none : String.join(" ", list);
  }

  /** Names in lines of at most 100 characters, below each other. */
  private static String list(String head, List<String> names) {
    StringBuilder text = new StringBuilder();
    StringBuilder line = new StringBuilder(head);
    for (String name : names) {
      if (line.length() + name.length() >= WIDTH) {
        text.append(line.toString().stripTrailing()).append('\n');
        line = new StringBuilder(" ".repeat(head.length()));
      }
      line.append(name).append(' ');
    }
    return text.append(line.toString().stripTrailing()).append('\n').toString();
  }
}
