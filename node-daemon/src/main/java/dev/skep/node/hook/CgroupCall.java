package dev.skep.node.hook;

import java.util.Map;
import java.util.OptionalInt;

/**
 * Which of a control group's calls a program is for: the kernel tells of none once it is loaded.
 */
final class CgroupCall {
  /** enum bpf_attach_type by section, as libbpf has them (libbpf.c, section_defs). */
  private static final Map<String, Integer> BY_SECTION =
      Map.ofEntries(
          Map.entry("cgroup_skb/ingress", 0),
          Map.entry("cgroup_skb/egress", 1),
          Map.entry("cgroup/skb", 0),
          Map.entry("cgroup/sock", 2),
          Map.entry("cgroup/sock_create", 2),
          Map.entry("sockops", 3),
          Map.entry("cgroup/dev", 6),
          Map.entry("cgroup/bind4", 8),
          Map.entry("cgroup/bind6", 9),
          Map.entry("cgroup/connect4", 10),
          Map.entry("cgroup/connect6", 11),
          Map.entry("cgroup/post_bind4", 12),
          Map.entry("cgroup/post_bind6", 13),
          Map.entry("cgroup/sendmsg4", 14),
          Map.entry("cgroup/sendmsg6", 15),
          Map.entry("cgroup/sysctl", 18),
          Map.entry("cgroup/recvmsg4", 19),
          Map.entry("cgroup/recvmsg6", 20),
          Map.entry("cgroup/getsockopt", 21),
          Map.entry("cgroup/setsockopt", 22),
          Map.entry("cgroup/getpeername4", 29),
          Map.entry("cgroup/getpeername6", 30),
          Map.entry("cgroup/getsockname4", 31),
          Map.entry("cgroup/getsockname6", 32),
          Map.entry("cgroup/sock_release", 34),
          Map.entry("cgroup/connect_unix", 49),
          Map.entry("cgroup/sendmsg_unix", 50),
          Map.entry("cgroup/recvmsg_unix", 51),
          Map.entry("cgroup/getpeername_unix", 52),
          Map.entry("cgroup/getsockname_unix", 53));

  private CgroupCall() {}

  /** The attach type of a section, or empty when it names none of a control group. */
  static OptionalInt of(String section) {
    Integer type = BY_SECTION.get(section);
    return type == null ? OptionalInt.empty() : OptionalInt.of(type);
  }
}
