package dev.skep.node.hook;

import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.artifact.inspect.ProgramType;
import dev.skep.node.target.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a hook may need of root's powers: where the kernel says no, that of these which was not
 * given is the cause. docs/capabilities.md has what tests found.
 */
public final class NeededCapabilities {
  private static final Set<Capability> TRACING = EnumSet.of(Capability.BPF, Capability.PERFMON);
  private static final Set<Capability> NETWORK = EnumSet.of(Capability.BPF, Capability.NET_ADMIN);

  private static final Path PARANOID = Path.of("/proc/sys/kernel/perf_event_paranoid");
  private static final int MOST_UPSTREAM = 2;

  private NeededCapabilities() {}

  /** To load programs of a type. */
  public static Set<Capability> toLoad(ProgramType type) {
    return switch (type) {
      case syscall, sk_lookup, cgroup_skb -> EnumSet.of(Capability.BPF);
      case xdp,
          tc,
          netkit,
          cgroup_sock,
          cgroup_sock_addr,
          cgroup_sockopt,
          cgroup_sysctl,
          cgroup_device,
          sock_ops,
          flow_dissector,
          sk_msg,
          sk_skb,
          netfilter ->
          NETWORK;
      case lsm_cgroup -> EnumSet.of(Capability.BPF, Capability.PERFMON, Capability.NET_ADMIN);
      default -> TRACING;
    };
  }

  /** To load and attach them. */
  public static Set<Capability> toAttach(ProgramType type) {
    Set<Capability> needed = EnumSet.copyOf(toLoad(type));
    switch (type) {
      case cgroup_skb -> needed.add(Capability.NET_ADMIN);
      // By a perf event of their own kind (perf_uprobe_event_init); usdt where there are no links
      // of uprobe.multi.
      case uprobe, uretprobe, usdt -> needed.add(Capability.SYS_ADMIN);
      // By a perf event, which some distributions' kernels let only CAP_SYS_ADMIN open.
      case tracepoint, kprobe, kretprobe, perf_event -> needed.add(Capability.SYS_ADMIN);
      default -> {}
    }
    return needed;
  }

  /**
   * What else lets such a hook attach: Debian's and Ubuntu's kernels have levels of
   * perf_event_paranoid above upstream's, at which CAP_PERFMON is not enough. Empty where it is.
   */
  public static String orElse(ProgramType type) {
    return switch (type) {
      case tracepoint, kprobe, kretprobe, perf_event ->
          paranoid() > MOST_UPSTREAM
              ? "; or sysctl kernel.perf_event_paranoid=%d on the node, where it is %d"
                  .formatted(MOST_UPSTREAM, paranoid())
              : "";
      default -> "";
    };
  }

  /** The same of what a hook takes. */
  public static String orElse(Hook hook) {
    return Arrays.stream(ProgramType.values())
        .filter(type -> type.attachesTo(hook))
        .map(NeededCapabilities::orElse)
        .findFirst()
        .orElse("");
  }

  private static int paranoid() {
    try {
      return Integer.parseInt(Files.readString(PARANOID).strip());
    } catch (IOException | NumberFormatException unknown) {
      return 0;
    }
  }

  /** To attach what a hook takes. */
  public static Set<Capability> toAttach(Hook hook) {
    return Arrays.stream(ProgramType.values())
        .filter(type -> type.attachesTo(hook))
        .flatMap(type -> toAttach(type).stream())
        .collect(Collectors.toSet());
  }
}
