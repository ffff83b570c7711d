package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.LinkInfo;
import dev.skep.node.target.Network;
import java.util.List;
import java.util.Optional;

/** Packets at an interface's traffic control, through TCX (Linux 6.6). */
record TcxHook(Tc hook, Host host, Network network) implements LinkHook {
  private Device device() {
    return Device.of(hook, network, host);
  }

  @Override
  public Optional<Failure> missing() {
    return device().missing();
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    int ifindex = device().requireIndex();
    int type =
        switch (hook.direction()) {
          case Ingress -> AttachType.TCX_INGRESS;
          case Egress -> AttachType.TCX_EGRESS;
        };
    List<Neighbour> there = host.neighbours().find(network, this::sharesPlace);
    return List.of(
        host.networkLinks()
            .ordered(program.fd(), ifindex, type, Ordered.place(hook.priority(), there)));
  }

  private boolean sharesPlace(Hook other) {
    return other instanceof Tc tc
        && tc.interfaces().equals(hook.interfaces())
        && tc.direction() == hook.direction();
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
    return device().holds(link);
  }
}
