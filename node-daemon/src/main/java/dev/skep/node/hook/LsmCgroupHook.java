package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.LsmCgroup;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.LinkInfo;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A hook of the Linux Security Modules for the processes of a control group. */
record LsmCgroupHook(LsmCgroup hook, Host host) implements LinkHook {
  @Override
  public Optional<Failure> missing() {
    return LsmHook.inactive()
        .map(why -> Failure.of(Reason.Incompatible, why))
        .or(() -> host.cgroups().missing(hook.path()));
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    requireTarget();
    try (Fd folder = host.libc().open(host.cgroups().folder(hook.path()).toString())) {
      return List.of(
          host.libbpf().createLink(program.fd(), folder.number(), AttachType.LSM_CGROUP, 0));
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
