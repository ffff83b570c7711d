package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.hook.FlowDissector;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.LinkInfo;
import dev.skep.node.target.Network;
import java.util.List;
import java.util.Optional;

/** How a network namespace reads the flow of a packet; one program a namespace. */
record FlowDissectorHook(FlowDissector hook, Host host, Network network) implements LinkHook {
  @Override
  public Optional<Failure> missing() {
    return NetworkLink.missing(network);
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    return List.of(
        NetworkLink.create(
            host, program, network, AttachType.FLOW_DISSECTOR, FlowDissector.class::isInstance));
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
    return NetworkLink.holds(link, network);
  }
}
