package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.LinkInfo;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.Network;
import java.nio.file.Path;
import java.util.Optional;

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

  static Fd create(Host host, LoadedProgram program, Network network, int attachType) {
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
            Reason.AttachFailed,
            "network namespace "
                + network.path()
                + " has as many programs here as the kernel allows, of whoever; bpftool net shows"
                + " them ("
                + Errno.name(e.errno())
                + ")",
            e);
      }
      throw e;
    }
  }

  static boolean holds(LinkInfo link, Network network) {
    return network.id().equals("net:[" + link.network() + "]");
  }
}
