package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.LinkInfo;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Packets or socket calls of a control group, after the programs that are there already. */
record CgroupHook(Cgroup hook, Host host) implements LinkHook {
  @Override
  public Optional<Failure> missing() {
    return host.cgroups().missing(hook.path());
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    requireTarget();
    OptionalInt call = CgroupCall.of(program.section());
    if (call.isEmpty()) {
      throw new Refusal(
          Reason.WrongAttachType,
          "cgroup "
              + hook.path()
              + ": SEC(\""
              + program.section()
              + "\") names no hook of a control group");
    }
    try (Fd folder = host.libc().open(host.cgroups().folder(hook.path()).toString())) {
      return List.of(host.libbpf().createLink(program.fd(), folder.number(), call.getAsInt(), 0));
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
