package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.LinkInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Packets or socket calls of a control group, after the programs that are there already. */
record CgroupHook(Cgroup hook, Host host) implements LinkHook {
  /** By section, as libbpf has them (libbpf.c, section_defs). */
  private static final Map<String, Integer> CALLS =
      Map.ofEntries(
          Map.entry("cgroup_skb/ingress", AttachType.CGROUP_INET_INGRESS),
          Map.entry("cgroup_skb/egress", AttachType.CGROUP_INET_EGRESS),
          Map.entry("cgroup/skb", AttachType.CGROUP_INET_INGRESS),
          Map.entry("cgroup/bind4", AttachType.CGROUP_INET4_BIND),
          Map.entry("cgroup/bind6", AttachType.CGROUP_INET6_BIND),
          Map.entry("cgroup/connect4", AttachType.CGROUP_INET4_CONNECT),
          Map.entry("cgroup/connect6", AttachType.CGROUP_INET6_CONNECT),
          Map.entry("cgroup/sendmsg4", AttachType.CGROUP_UDP4_SENDMSG),
          Map.entry("cgroup/sendmsg6", AttachType.CGROUP_UDP6_SENDMSG),
          Map.entry("cgroup/recvmsg4", AttachType.CGROUP_UDP4_RECVMSG),
          Map.entry("cgroup/recvmsg6", AttachType.CGROUP_UDP6_RECVMSG),
          Map.entry("cgroup/getpeername4", AttachType.CGROUP_INET4_GETPEERNAME),
          Map.entry("cgroup/getpeername6", AttachType.CGROUP_INET6_GETPEERNAME),
          Map.entry("cgroup/getsockname4", AttachType.CGROUP_INET4_GETSOCKNAME),
          Map.entry("cgroup/getsockname6", AttachType.CGROUP_INET6_GETSOCKNAME));

  @Override
  public Optional<Failure> missing() {
    return host.cgroups().missing(hook.path());
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    requireTarget();
    Integer call =
        CALLS.get(
            program.section().startsWith("?") ? program.section().substring(1) : program.section());
    if (call == null) {
      throw new Refusal(
          Reason.WrongAttachType,
          "cgroup "
              + hook.path()
              + ": SEC(\""
              + program.section()
              + "\") names no hook of a control group");
    }
    try (Fd folder = host.libc().open(host.cgroups().folder(hook.path()).toString())) {
      return List.of(host.libbpf().createLink(program.fd(), folder.number(), call, 0));
    }
  }

  @Override
  public boolean replacesInPlace() {
    return true;
  }

  @Override
  public boolean detachesAtOnce() {
    return true;
  }

  @Override
  public boolean holds(LinkInfo link) {
    return host.cgroups().id(hook.path()).equals(OptionalLong.of(link.cgroupId()));
  }
}
