package dev.skep.artifact.inspect;

/**
 * What a program is, by the prefix of its ELF section as libbpf reads it (libbpf.c, section_defs).
 * The kernel's program type and, where loading needs one, attach type follow from it.
 */
public enum ProgramType {
  tracepoint,
  raw_tracepoint,
  tp_btf,
  kprobe,
  kretprobe,
  fentry,
  fexit,
  uprobe,
  uretprobe,
  xdp,
  tc,
  cgroup_skb,
  cgroup_sock_addr,
  perf_event,
  /** A section that this version of Skep does not attach. */
  other
}
