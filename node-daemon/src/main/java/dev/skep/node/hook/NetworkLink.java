package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.LinkInfo;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.Network;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Links to whole network namespaces: their file is the target, so that none needs to be entered.
 */
final class NetworkLink {
  private NetworkLink() {}

  static Optional<Failure> missing(Network network) {
    return Network.of(Path.of(network.path())).filter(n -> n.id().equals(network.id())).isPresent()
        ? Optional.empty()
        : Optional.of(
            Failure.of(
                Reason.NetworkNotFound,
                "network namespace " + network.path() + " is not there any more"));
  }

  static Fd create(
      Host host, LoadedProgram program, Network network, int attachType, Predicate<Hook> like) {
    missing(network)
        .ifPresent(
            failure -> {
              throw failure.toException();
            });
    try (Fd namespace = host.libc().open(network.path())) {
      return host.libbpf().createLink(program.fd(), namespace.number(), attachType, 0);
    } catch (NativeError e) {
      // net_namespace.c: E2BIG for one link too many, EEXIST where a program stands without one, or
      // where the dissector of the first namespace is every other one's.
      if (e.errno() == Errno.E2BIG || e.errno() == Errno.EEXIST) {
        throw new Refusal(
            Reason.HookBusy,
            "%s has as many programs of this hook as the kernel allows: %s (%s)"
                .formatted(
                    name(network),
                    Neighbour.holder(host, network, like)
                        .orElse("none is Skep's; " + look(network) + " shows them"),
                    Errno.name(e.errno())),
            e);
      }
      throw e;
    }
  }

  private static String name(Network network) {
    return network.inOwn() ? "the node's network namespace" : network.name();
  }

  private static String look(Network network) {
    Path file = Path.of(network.path());
    return network.inOwn()
        ? "bpftool net"
        : Network.NAMED.equals(file.getParent())
            ? "ip netns exec " + file.getFileName() + " bpftool net"
            : "nsenter --net=" + file + " bpftool net";
  }

  static boolean holds(LinkInfo link, Network network) {
    return network.id().equals("net:[" + link.network() + "]");
  }
}
