package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.FlowDissector;
import dev.skep.api.v1alpha1.hook.NetworkHook;
import dev.skep.api.v1alpha1.hook.SkLookup;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.LinkInfo;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.Network;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a network namespace reads the flow of a packet, or which of its sockets gets a connection.
 * The namespace's file is the target, so that it need not be entered.
 */
record NetnsHook(NetworkHook hook, Host host, Network network) implements LinkHook {
  @Override
  public Optional<Failure> missing() {
    return Network.of(Path.of(network.path())).filter(n -> n.id().equals(network.id())).isPresent()
        ? Optional.empty()
        : Optional.of(
            Failure.of(
                Reason.NetworkNotFound,
                "network namespace " + network.path() + " is not there any more"));
  }

  @Override
  public List<Fd> attach(LoadedProgram program) {
    requireTarget();
    int type =
        switch (hook) {
          case FlowDissector _ -> AttachType.FLOW_DISSECTOR;
          case SkLookup _ -> AttachType.SK_LOOKUP;
        };
    try (Fd namespace = host.libc().open(network.path())) {
      return List.of(host.libbpf().createLink(program.fd(), namespace.number(), type, 0));
    } catch (NativeError e) {
      // net_namespace.c: E2BIG for one link too many, EEXIST where a program stands without one, or
      // where the dissector of the first namespace is every other one's.
      if (e.errno() == Errno.E2BIG || e.errno() == Errno.EEXIST) {
        throw new Refusal(
            Reason.HookBusy,
            "%s has as many programs of this hook as the kernel allows: %s (%s)"
                .formatted(
                    name(),
                    Neighbour.holder(host, network, hook.getClass()::isInstance)
                        .orElse("none is Skep's; " + look() + " shows them"),
                    Errno.name(e.errno())),
            e);
      }
      throw e;
    }
  }

  private String name() {
    return network.inOwn() ? "the node's network namespace" : network.name();
  }

  private String look() {
    Path file = Path.of(network.path());
    return network.inOwn()
        ? "bpftool net"
        : Network.NAMED.equals(file.getParent())
            ? "ip netns exec " + file.getFileName() + " bpftool net"
            : "nsenter --net=" + file + " bpftool net";
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
    return network.id().equals("net:[" + link.network() + "]");
  }
}
