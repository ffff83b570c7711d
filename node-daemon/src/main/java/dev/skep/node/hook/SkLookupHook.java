package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.hook.SkLookup;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.LinkInfo;
import dev.skep.node.target.Network;
import java.util.List;
import java.util.Optional;

/** Which socket of a network namespace gets a connection. */
record SkLookupHook(SkLookup hook, Host host, Network network) implements LinkHook {
  @Override
  public Optional<Failure> missing() {
    return NetworkLink.missing(network);
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    return List.of(
        NetworkLink.create(
            host, program, network, AttachType.SK_LOOKUP, SkLookup.class::isInstance));
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
