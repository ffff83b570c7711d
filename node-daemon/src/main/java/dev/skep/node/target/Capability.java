package dev.skep.node.target;

/**
 * A power of root that eBPF asks for. A container has of them what its manifest gives it.
 *
 * <p>In the order in which a message names several.
 */
public enum Capability {
  /** bpf(2) itself. */
  BPF(39, ""),
  /** Programs and events that look into the kernel. */
  PERFMON(38, ""),
  /** Programs that packets and sockets meet. */
  NET_ADMIN(12, ""),
  /** Run statistics, other network namespaces, uprobes by perf event. */
  SYS_ADMIN(21, "sysAdmin"),
  /** Files and namespaces of other processes. */
  SYS_PTRACE(19, "sysPtrace");

  private final int number;
  private final String value;

  /**
   * @param number in linux/capability.h
   * @param value below daemon.capabilities in the Helm chart; empty where it is always given
   */
  Capability(int number, String value) {
    this.number = number;
    this.value = value;
  }

  int number() {
    return number;
  }

  /** As the kernel's documentation calls it: CAP_BPF. */
  @Override
  public String toString() {
    return "CAP_" + name();
  }

  /** Where it is given; empty where the manifests always do. */
  String helmValue() {
    return value.isEmpty() ? "" : "daemon.capabilities." + value;
  }
}
