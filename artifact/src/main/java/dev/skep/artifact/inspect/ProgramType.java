package dev.skep.artifact.inspect;

import dev.skep.api.v1alpha1.Attach;
import java.util.Arrays;
import java.util.List;

/**
 * What a program is, by the prefix of its ELF section as libbpf reads it (libbpf.c, section_defs).
 * The kernel's program type and, where loading needs one, attach type follow from it.
 */
public enum ProgramType {
  tracepoint(Attach.Tracepoint.class, "tracepoint: {name: syscalls/sys_enter_openat}"),
  raw_tracepoint(Attach.RawTracepoint.class, "rawTracepoint: {name: sched_switch}"),
  tp_btf(Attach.RawTracepoint.class, "rawTracepoint: {name: sched_switch}"),
  kprobe(Attach.Kprobe.class, "kprobe: {function: tcp_connect}"),
  kretprobe(Attach.Kprobe.class, "kprobe: {function: tcp_connect}"),
  fentry(Attach.Fentry.class, "fentry: {function: tcp_connect}"),
  fexit(Attach.Fentry.class, "fentry: {function: tcp_connect}"),
  uprobe(Attach.Uprobe.class, "uprobe: {binary: /usr/bin/bash, symbol: readline}"),
  uretprobe(Attach.Uprobe.class, "uprobe: {binary: /usr/bin/bash, symbol: readline}"),
  xdp(Attach.Xdp.class, "xdp: {interfaces: [eth0]}"),
  tc(Attach.Tc.class, "tc: {interfaces: [eth0], direction: Ingress}"),
  cgroup_skb(Attach.Cgroup.class, "cgroup: {path: /}"),
  cgroup_sock_addr(Attach.Cgroup.class, "cgroup: {path: /}"),
  perf_event(Attach.PerfEvent.class, "perfEvent: {event: CpuClock, frequency: 99}"),
  /** A section that this version of Skep does not attach. */
  other(null, null);

  private final Class<? extends Attach.Hook> hook;
  private final String example;

  ProgramType(Class<? extends Attach.Hook> hook, String example) {
    this.hook = hook;
    this.example = example;
  }

  /** Whether a program of this type can be attached to a hook. */
  public boolean attachesTo(Attach.Hook to) {
    return hook != null && hook.isInstance(to);
  }

  /**
   * Whether the target is chosen when the program is loaded (the kernel's attach_btf_id), so that
   * another target is another load.
   */
  public boolean targetsAtLoad() {
    return this == tp_btf || this == fentry || this == fexit;
  }

  /** What to write as its attach, by an example in YAML. */
  public String example() {
    return example;
  }

  /** The types that can be attached, by name. */
  public static List<String> attachable() {
    return Arrays.stream(values()).filter(t -> t != other).map(Enum::name).toList();
  }
}
