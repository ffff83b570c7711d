package dev.skep.node.hook;

import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.target.Network;
import java.util.List;

/** Packets at an interface's traffic control, through TCX (Linux 6.6). */
record TcxHook(Tc hook, Host host, Network network) implements OrderedHook {
  @Override
  public List<Fd> attach(LoadedProgram program) {
    return List.of(
        attach(
            program,
            switch (hook.direction()) {
              case Ingress -> AttachType.TCX_INGRESS;
              case Egress -> AttachType.TCX_EGRESS;
            }));
  }

  @Override
  public boolean sharesPlace(Hook other) {
    return other instanceof Tc tc
        && tc.interfaces().equals(hook.interfaces())
        && tc.direction() == hook.direction();
  }
}
