package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.BpfNodeStatus.KernelFacts;
import dev.skep.artifact.inspect.MapType;
import dev.skep.artifact.inspect.ProgramType;
import dev.skep.node.hook.HookSupport;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.target.Cgroups;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** What this kernel can do, found out by trying, once, beside whatever else the start does. */
final class KernelProbe {
  /** Types by enum bpf_prog_type, with an attach type where loading asks for one. */
  private static final Map<String, int[]> PROGRAM_TYPES =
      Map.ofEntries(
          Map.entry("socket_filter", new int[] {1, 0}),
          Map.entry("kprobe", new int[] {2, 0}),
          Map.entry("sched_cls", new int[] {3, 0}),
          Map.entry("tracepoint", new int[] {5, 0}),
          Map.entry("xdp", new int[] {6, 0}),
          Map.entry("perf_event", new int[] {7, 0}),
          Map.entry("cgroup_skb", new int[] {8, 0}),
          Map.entry("cgroup_sock", new int[] {9, 2}),
          Map.entry("sock_ops", new int[] {13, 3}),
          Map.entry("sk_skb", new int[] {14, 0}),
          Map.entry("cgroup_device", new int[] {15, 6}),
          Map.entry("raw_tracepoint", new int[] {17, 0}),
          Map.entry("cgroup_sock_addr", new int[] {18, 10}),
          Map.entry("flow_dissector", new int[] {22, 17}),
          Map.entry("cgroup_sysctl", new int[] {23, 18}),
          Map.entry("cgroup_sockopt", new int[] {25, 21}),
          Map.entry("sk_lookup", new int[] {30, 36}),
          Map.entry("netfilter", new int[] {32, 45}));

  record Found(KernelFacts facts, Map<String, String> lacking) {}

  private final Libbpf libbpf;
  private final Cgroups cgroups;
  private CompletableFuture<Found> found;

  KernelProbe(Libbpf libbpf, Cgroups cgroups) {
    this.libbpf = libbpf;
    this.cgroups = cgroups;
  }

  /** Begins to look, beside the caller; else the first question does. */
  synchronized CompletableFuture<Found> start() {
    if (found == null) {
      Executor beside = task -> Thread.ofPlatform().daemon().name("kernel-probe").start(task);
      found = CompletableFuture.supplyAsync(this::probe, beside);
    }
    return found;
  }

  /** Waits for the probe to end: some tens of milliseconds after its start. */
  KernelFacts facts() {
    return start().join().facts();
  }

  /** Why programs of a type cannot be attached on this kernel, if so. */
  Optional<String> lacking(ProgramType type) {
    String hook =
        switch (type) {
          case tracepoint -> "tracepoint";
          case raw_tracepoint, tp_btf -> "rawTracepoint";
          case kprobe, kretprobe -> "kprobe";
          case fentry, fexit, fmod_ret -> "fentry";
          case uprobe, uretprobe, usdt -> "uprobe";
          case xdp -> "xdp";
          case tc -> "tc";
          case cgroup_skb,
              cgroup_sock,
              cgroup_sock_addr,
              cgroup_sockopt,
              cgroup_sysctl,
              cgroup_device,
              sock_ops ->
              "cgroup";
          case perf_event -> "perfEvent";
          case kprobe_multi,
              kretprobe_multi,
              kprobe_session,
              lsm,
              lsm_cgroup,
              uprobe_multi,
              uretprobe_multi,
              uprobe_session,
              netkit,
              sk_lookup,
              flow_dissector,
              sk_msg,
              sk_skb,
              netfilter,
              iter,
              struct_ops,
              syscall,
              other ->
              "";
        };
    return Optional.ofNullable(start().join().lacking().get(hook));
  }

  private Found probe() {
    Map<String, String> lacking = new TreeMap<>();
    List<String> hooks = new ArrayList<>();
    new HookSupport(libbpf, cgroups)
        .check()
        .forEach(
            (hook, cause) ->
                cause.ifPresentOrElse(c -> lacking.put(hook, c), () -> hooks.add(hook)));
    List<String> programTypes =
        PROGRAM_TYPES.keySet().stream()
            .filter(t -> loads(PROGRAM_TYPES.get(t)[0], PROGRAM_TYPES.get(t)[1]))
            .sorted()
            .toList();
    List<String> mapTypes = new ArrayList<>();
    for (int type = 1; type < MapType.count(); type++) {
      if (libbpf.makesMaps(type)) {
        mapTypes.add(MapType.name(type));
      }
    }
    return new Found(
        new KernelFacts(
            System.getProperty("os.version"),
            architecture(),
            Files.exists(Path.of("/sys/kernel/btf/vmlinux")),
            cgroups.mount().map(Path::toString).orElse(null),
            programTypes,
            mapTypes,
            hooks),
        lacking);
  }

  private boolean loads(int type, int attachType) {
    return HookSupport.refusal(libbpf, type, attachType, 0).isEmpty();
  }

  /** As OCI names it. */
  private static String architecture() {
    return switch (System.getProperty("os.arch")) {
      case "aarch64" -> "arm64";
      case "x86_64" -> "amd64";
      case String other -> other;
    };
  }
}
