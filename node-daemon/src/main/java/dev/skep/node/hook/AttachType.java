package dev.skep.node.hook;

/** The values of enum bpf_attach_type (linux/bpf.h) that we name. */
final class AttachType {
  static final int SK_SKB_STREAM_PARSER = 4;
  static final int SK_SKB_STREAM_VERDICT = 5;
  static final int SK_MSG_VERDICT = 7;
  static final int FLOW_DISSECTOR = 17;
  static final int TRACE_RAW_TP = 23;
  static final int TRACE_FENTRY = 24;
  static final int TRACE_FEXIT = 25;
  static final int MODIFY_RETURN = 26;
  static final int LSM_MAC = 27;
  static final int TRACE_ITER = 28;
  static final int SK_LOOKUP = 36;
  static final int XDP = 37;
  static final int SK_SKB_VERDICT = 38;
  static final int PERF_EVENT = 41;
  static final int TRACE_KPROBE_MULTI = 42;
  static final int LSM_CGROUP = 43;
  static final int NETFILTER = 45;
  static final int TCX_INGRESS = 46;
  static final int TCX_EGRESS = 47;
  static final int TRACE_UPROBE_MULTI = 48;
  static final int NETKIT_PRIMARY = 54;
  static final int NETKIT_PEER = 55;
  static final int TRACE_KPROBE_SESSION = 56;

  private AttachType() {}
}
