package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.LinkInfo;
import dev.skep.node.libbpf.NativeError;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Packets at an interface's traffic control, through TCX: after those that are there already. */
record TcHook(Tc hook, Host host) implements LinkHook {
  private String name() {
    return hook.interfaces().getFirst();
  }

  @Override
  public Optional<Failure> missing() {
    return host.interfaces().missing(name());
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    int ifindex = host.interfaces().require(name());
    int type =
        switch (hook.direction()) {
          case Ingress -> AttachType.TCX_INGRESS;
          case Egress -> AttachType.TCX_EGRESS;
        };
    try {
      return List.of(host.libbpf().createLink(program.fd(), ifindex, type, 0));
    } catch (NativeError e) {
      // A kernel that does not know an attach type answers EINVAL.
      if (e.errno() == Errno.EINVAL) {
        throw new Refusal(
            Reason.Incompatible,
            "this kernel (" + System.getProperty("os.version") + ") has no TCX: Linux 6.6 has",
            e);
      }
      throw e;
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
  public boolean isOfNetwork() {
    return true;
  }

  @Override
  public boolean holds(LinkInfo link) {
    OptionalInt index = host.interfaces().index(name());
    return index.isPresent() && index.getAsInt() == link.ifindex();
  }
}
