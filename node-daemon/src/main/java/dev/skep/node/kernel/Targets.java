package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.InterfaceHook;
import dev.skep.api.v1alpha1.hook.NetworkHook;
import dev.skep.node.libbpf.Netlink;
import dev.skep.node.network.Networks;
import dev.skep.node.target.PodNetworks;
import java.util.List;
import java.util.Optional;

/** Finds the targets of an attachment on this node. */
final class Targets implements AutoCloseable {
  private static final PodNetworks NO_PODS =
      (namespace, pods) ->
          new PodNetworks.Found(
              List.of(),
              Optional.of(
                  Failure.of(Reason.NoTarget, "pods are not known to this version of the daemon")));

  private final Networks networks = new Networks(Netlink.get());
  private final NetworkTargets ofNetworks = new NetworkTargets(networks, NO_PODS);

  /**
   * What an attachment means here and now.
   *
   * @param namespace of the BpfProgram, whose own pods are meant where no other namespace is named
   */
  Expansion expand(String namespace, String function, Attach attach) {
    return switch (attach.hook()) {
      case InterfaceHook hook -> ofNetworks.of(namespace, function, hook);
      case NetworkHook hook -> ofNetworks.of(namespace, function, hook);
      case null, default -> Expansion.of(WantedLink.of(function, attach));
    };
  }

  void onChanged(Runnable listener) {
    networks.onChanged(() -> tell(listener));
  }

  /** Who tells of targets does so by a thread of its own; the listener hears one at a time. */
  private synchronized void tell(Runnable listener) {
    listener.run();
  }

  @Override
  public void close() {
    networks.close();
  }
}
