package dev.skep.node.hook;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One kind of programs, as the kernel tells them apart: by program type and attach type.
 *
 * @param name of the kind, from the section of such a program (ProgramType.kind)
 * @param type enum bpf_prog_type
 * @param attachType enum bpf_attach_type
 * @param flags BPF_F_… of BPF_PROG_LOAD
 * @param answer what a program of it may return
 * @param target in the kernel's BTF, of a kind that is loaded for one; else empty
 */
record KernelKind(String name, int type, int attachType, int flags, int answer, String target) {
  private static final int SLEEPABLE = 1 << 4;
  private static final int XDP_HAS_FRAGS = 1 << 5;

  // enum bpf_prog_type
  static final int KPROBE = 2;
  static final int SCHED_CLS = 3;
  private static final int SOCK_ADDR = 18;
  private static final int TRACING = 26;
  static final int STRUCT_OPS = 27;
  private static final int LSM = 29;

  /** The kinds of socket address programs, each one attach type, in 4, 6 and unix sockets. */
  private static final Map<String, List<Integer>> ADDRESSES =
      Map.of(
          "bind", List.of(8, 9),
          "connect", List.of(10, 11, 49),
          "sendmsg", List.of(14, 15, 50),
          "recvmsg", List.of(19, 20, 51),
          "getpeername", List.of(29, 30, 52),
          "getsockname", List.of(31, 32, 53));

  private static final List<String> FAMILIES = List.of("4", "6", "_unix");

  /** Every kind that the API's hooks have. */
  static final List<KernelKind> ALL = all();

  private static KernelKind of(String name, int type, int attachType) {
    return new KernelKind(name, type, attachType, 0, 0, "");
  }

  private static KernelKind flagged(String name, int type, int attachType, int flags) {
    return new KernelKind(name, type, attachType, flags, 0, "");
  }

  private static KernelKind targeted(String name, int type, int attachType, String target) {
    return new KernelKind(name, type, attachType, 0, 0, target);
  }

  private static List<KernelKind> all() {
    List<KernelKind> kinds = new ArrayList<>();
    kinds.add(of("tracepoint", 5, 0));
    kinds.add(of("raw_tracepoint", 17, 0));
    kinds.add(of("raw_tracepoint.w", 24, 0));
    // Functions that every kernel with trampolines has, made to be traced by its own tests.
    kinds.add(targeted("tp_btf", TRACING, 23, "btf_trace_sched_switch"));
    kinds.add(targeted("fentry", TRACING, 24, "bpf_fentry_test1"));
    kinds.add(targeted("fexit", TRACING, 25, "bpf_fentry_test1"));
    // A security_ function, which it may change on kernels without error injection too.
    kinds.add(targeted("fmod_ret", TRACING, 26, "security_file_open"));
    kinds.add(targeted("iter", TRACING, 28, "bpf_iter_task"));
    kinds.add(targeted("lsm", LSM, 27, "bpf_lsm_file_open"));
    kinds.add(targeted("lsm_cgroup", LSM, 43, "bpf_lsm_socket_bind"));
    kinds.add(of("kprobe", KPROBE, 0));
    kinds.add(of("kretprobe", KPROBE, 0));
    kinds.add(of("kprobe.multi", KPROBE, 42));
    kinds.add(of("kretprobe.multi", KPROBE, 42));
    kinds.add(of("kprobe.session", KPROBE, 56));
    kinds.add(of("uprobe", KPROBE, 0));
    kinds.add(of("uretprobe", KPROBE, 0));
    kinds.add(flagged("uprobe.s", KPROBE, 0, SLEEPABLE));
    kinds.add(of("uprobe.multi", KPROBE, 48));
    kinds.add(of("uretprobe.multi", KPROBE, 48));
    kinds.add(of("uprobe.session", KPROBE, 57));
    kinds.add(of("usdt", KPROBE, 0));
    kinds.add(of("xdp", 6, 37));
    kinds.add(flagged("xdp.frags", 6, 37, XDP_HAS_FRAGS));
    kinds.add(of("tc", SCHED_CLS, 0));
    kinds.add(of("netkit/primary", SCHED_CLS, 54));
    kinds.add(of("cgroup/skb", 8, 0));
    kinds.add(of("cgroup/sock_create", 9, 2));
    kinds.add(of("cgroup/sock_release", 9, 34));
    kinds.add(of("cgroup/post_bind4", 9, 12));
    kinds.add(of("cgroup/post_bind6", 9, 13));
    ADDRESSES.forEach(
        (call, attachTypes) -> {
          for (int i = 0; i < attachTypes.size(); i++) {
            // Nothing is forwarded by those that only change an address: 0 is no answer.
            boolean onlyOne = attachTypes.get(i) >= 19 && !call.equals("connect");
            int answer = onlyOne ? 1 : 0;
            String family = FAMILIES.get(i);
            kinds.add(
                new KernelKind(
                    "cgroup/" + call + family, SOCK_ADDR, attachTypes.get(i), 0, answer, ""));
          }
        });
    kinds.add(of("cgroup/getsockopt", 25, 21));
    kinds.add(of("cgroup/setsockopt", 25, 22));
    kinds.add(of("cgroup/sysctl", 23, 18));
    kinds.add(of("cgroup/dev", 15, 6));
    kinds.add(of("sockops", 13, 3));
    kinds.add(of("perf_event", 7, 0));
    kinds.add(of("sk_lookup", 30, 36));
    kinds.add(of("flow_dissector", 22, 17));
    kinds.add(of("sk_msg", 16, 7));
    kinds.add(of("sk_skb", 14, 0));
    kinds.add(of("sk_skb/stream_parser", 14, 4));
    kinds.add(of("sk_skb/stream_verdict", 14, 5));
    kinds.add(of("sk_skb/verdict", 14, 38));
    kinds.add(of("netfilter", 32, 45));
    kinds.add(of("struct_ops", STRUCT_OPS, 44));
    kinds.add(flagged("syscall", 31, 0, SLEEPABLE));
    return List.copyOf(kinds);
  }
}
