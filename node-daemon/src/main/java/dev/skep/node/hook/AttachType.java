package dev.skep.node.hook;

/** The values of enum bpf_attach_type (linux/bpf.h) that we name. */
final class AttachType {
  static final int CGROUP_INET_INGRESS = 0;
  static final int CGROUP_INET_EGRESS = 1;
  static final int CGROUP_INET4_BIND = 8;
  static final int CGROUP_INET6_BIND = 9;
  static final int CGROUP_INET4_CONNECT = 10;
  static final int CGROUP_INET6_CONNECT = 11;
  static final int CGROUP_UDP4_SENDMSG = 14;
  static final int CGROUP_UDP6_SENDMSG = 15;
  static final int CGROUP_UDP4_RECVMSG = 19;
  static final int CGROUP_UDP6_RECVMSG = 20;
  static final int CGROUP_INET4_GETPEERNAME = 29;
  static final int CGROUP_INET6_GETPEERNAME = 30;
  static final int CGROUP_INET4_GETSOCKNAME = 31;
  static final int CGROUP_INET6_GETSOCKNAME = 32;
  static final int TRACE_RAW_TP = 23;
  static final int TRACE_FENTRY = 24;
  static final int TRACE_FEXIT = 25;
  static final int MODIFY_RETURN = 26;
  static final int LSM_MAC = 27;
  static final int XDP = 37;
  static final int PERF_EVENT = 41;
  static final int TRACE_KPROBE_MULTI = 42;
  static final int LSM_CGROUP = 43;
  static final int TCX_INGRESS = 46;
  static final int TCX_EGRESS = 47;
  static final int TRACE_UPROBE_MULTI = 48;
  static final int TRACE_KPROBE_SESSION = 56;

  private AttachType() {}
}
