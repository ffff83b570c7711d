package dev.skep.artifact.inspect;

import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.api.v1alpha1.hook.Fentry;
import dev.skep.api.v1alpha1.hook.FlowDissector;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Iter;
import dev.skep.api.v1alpha1.hook.Kprobe;
import dev.skep.api.v1alpha1.hook.KprobeMulti;
import dev.skep.api.v1alpha1.hook.Lsm;
import dev.skep.api.v1alpha1.hook.LsmCgroup;
import dev.skep.api.v1alpha1.hook.Netfilter;
import dev.skep.api.v1alpha1.hook.Netkit;
import dev.skep.api.v1alpha1.hook.PerfEvent;
import dev.skep.api.v1alpha1.hook.RawTracepoint;
import dev.skep.api.v1alpha1.hook.SkLookup;
import dev.skep.api.v1alpha1.hook.Sockmap;
import dev.skep.api.v1alpha1.hook.StructOps;
import dev.skep.api.v1alpha1.hook.Syscall;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Uprobe;
import dev.skep.api.v1alpha1.hook.UprobeMulti;
import dev.skep.api.v1alpha1.hook.Usdt;
import dev.skep.api.v1alpha1.hook.Xdp;
import java.util.Optional;

/**
 * What a program is, by the prefix of its ELF section as libbpf reads it (libbpf.c, section_defs).
 * The kernel's program type and, where loading needs one, attach type follow from it.
 */
public enum ProgramType {
  tracepoint(Tracepoint.class, "tracepoint: {name: syscalls/sys_enter_openat}"),
  raw_tracepoint(RawTracepoint.class, "rawTracepoint: {name: sched_switch}"),
  tp_btf(RawTracepoint.class, "rawTracepoint: {name: sched_switch}"),
  kprobe(Kprobe.class, "kprobe: {function: tcp_connect}"),
  kretprobe(Kprobe.class, "kprobe: {function: tcp_connect}"),
  kprobe_multi(KprobeMulti.class, "kprobeMulti: {pattern: tcp_*}"),
  kretprobe_multi(KprobeMulti.class, "kprobeMulti: {pattern: tcp_*}"),
  kprobe_session(KprobeMulti.class, "kprobeMulti: {pattern: tcp_*}"),
  fentry(Fentry.class, "fentry: {function: tcp_connect}"),
  fexit(Fentry.class, "fentry: {function: tcp_connect}"),
  fmod_ret(Fentry.class, "fentry: {function: bpf_modify_return_test}"),
  lsm(Lsm.class, "lsm: {hook: file_open}"),
  lsm_cgroup(LsmCgroup.class, "lsmCgroup: {hook: socket_bind, path: /}"),
  uprobe(Uprobe.class, "uprobe: {binary: /usr/bin/bash, symbol: readline}"),
  uretprobe(Uprobe.class, "uprobe: {binary: /usr/bin/bash, symbol: readline}"),
  uprobe_multi(UprobeMulti.class, "uprobeMulti: {binary: /usr/bin/bash, pattern: read*}"),
  uretprobe_multi(UprobeMulti.class, "uprobeMulti: {binary: /usr/bin/bash, pattern: read*}"),
  uprobe_session(UprobeMulti.class, "uprobeMulti: {binary: /usr/bin/bash, pattern: read*}"),
  usdt(Usdt.class, "usdt: {binary: /usr/lib/libc.so.6, provider: libc, name: setjmp}"),
  xdp(Xdp.class, "xdp: {interfaces: [eth0]}"),
  tc(Tc.class, "tc: {interfaces: [eth0], direction: Ingress}"),
  netkit(Netkit.class, "netkit: {interfaces: [nk0]}"),
  cgroup_skb(Cgroup.class, "cgroup: {path: /}"),
  cgroup_sock(Cgroup.class, "cgroup: {path: /}"),
  cgroup_sock_addr(Cgroup.class, "cgroup: {path: /}"),
  cgroup_sockopt(Cgroup.class, "cgroup: {path: /}"),
  cgroup_sysctl(Cgroup.class, "cgroup: {path: /}"),
  cgroup_device(Cgroup.class, "cgroup: {path: /}"),
  sock_ops(Cgroup.class, "cgroup: {path: /}"),
  perf_event(PerfEvent.class, "perfEvent: {event: CpuClock, frequency: 99}"),
  sk_lookup(SkLookup.class, "skLookup: {}"),
  flow_dissector(FlowDissector.class, "flowDissector: {}"),
  sk_msg(Sockmap.class, "sockmap: {map: sockets}"),
  sk_skb(Sockmap.class, "sockmap: {map: sockets}"),
  netfilter(Netfilter.class, "netfilter: {family: Ipv4, hook: LocalIn}"),
  iter(Iter.class, "iter: {target: task}"),
  struct_ops(StructOps.class, "structOps: {map: my_congestion_control}"),
  syscall(Syscall.class, "syscall: {}"),
  /** A section that nothing attaches by itself: socket filters, lwt, programs of other programs. */
  other(null, null);

  private final Class<? extends Hook> hook;
  private final String example;

  ProgramType(Class<? extends Hook> hook, String example) {
    this.hook = hook;
    this.example = example;
  }

  /** Whether a program of this type can be attached to a hook. */
  public boolean attachesTo(Hook to) {
    return hook != null && hook.isInstance(to);
  }

  /**
   * Whether the target is chosen when the program is loaded (the kernel's attach_btf_id), so that
   * another target is another load.
   */
  public boolean targetsAtLoad() {
    return switch (this) {
      case tp_btf, fentry, fexit, fmod_ret, lsm, lsm_cgroup, iter -> true;
      default -> false;
    };
  }

  /** The field of attach that it goes into; empty for what nothing attaches. */
  public String hookName() {
    String name = hook == null ? "" : hook.getSimpleName();
    return name.isEmpty() ? "" : Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  /** The type of the programs in an ELF section. */
  public static ProgramType ofSection(String section) {
    return SectionName.of(section).type();
  }

  /**
   * What a kernel has or has not for the programs in an ELF section, program type and attach type
   * in one word: the section's name without its target, e.g. fentry, cgroup/connect4.
   */
  public static String kind(String section) {
    return SectionName.of(section).kind();
  }

  /** Whether the kernel lets a program of this type stand at its target once and no more. */
  public boolean attachesOnce() {
    return switch (this) {
      case fentry, fexit, fmod_ret, lsm -> true;
      default -> false;
    };
  }

  /**
   * What of a hook is chosen when a program of this type is loaded: a kernel function, tracepoint,
   * LSM hook or iterator by its name; empty when nothing is.
   */
  public Optional<String> targetAtLoad(Hook to) {
    return targetsAtLoad()
        ? Optional.ofNullable(
            switch (to) {
              case RawTracepoint h -> h.name();
              case Fentry h -> h.function();
              case Lsm h -> h.hook();
              case LsmCgroup h -> h.hook();
              case Iter h -> h.target();
              default -> null;
            })
        : Optional.empty();
  }

  /** What to write as its attach, by an example in YAML. */
  public String example() {
    return example;
  }
}
