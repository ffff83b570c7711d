package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.hook.BinaryHook;
import dev.skep.api.v1alpha1.hook.CgroupHook;
import dev.skep.api.v1alpha1.hook.InterfaceHook;
import dev.skep.api.v1alpha1.hook.NetworkHook;
import dev.skep.node.libbpf.Netlink;
import dev.skep.node.network.Networks;
import dev.skep.node.pod.LocalPods;
import dev.skep.node.pod.PodSource;
import dev.skep.node.target.Cgroups;
import dev.skep.node.target.HostRoot;
import dev.skep.node.target.WatchedFolders;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Finds the targets of an attachment on this node, and hears of those that come and go. */
final class Targets implements AutoCloseable {
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final WatchedFolders groups = new WatchedFolders();

  /**
   * Of its own: users name these folders, and one on a dead file system keeps the others waiting.
   */
  private final WatchedFolders binaryFolders = new WatchedFolders();

  private final Networks networks = new Networks(Netlink.get());
  private final LocalPods pods;
  private final NetworkTargets ofNetworks;
  private final CgroupTargets ofCgroups;
  private final BinaryTargets ofBinaries;

  /**
   * @param source who the pods of this node are
   */
  Targets(Cgroups cgroups, PodSource source, Binaries binaries) {
    this.pods = new LocalPods(cgroups, groups, source, HostRoot.find().path());
    this.ofNetworks = new NetworkTargets(networks, pods::networks);
    this.ofCgroups = new CgroupTargets(cgroups, groups, pods);
    this.ofBinaries = new BinaryTargets(pods, binaries, binaryFolders);
    networks.onChanged(this::changed);
    groups.onChanged(this::changed);
    binaryFolders.onChanged(this::changed);
    pods.onChanged(this::changed);
  }

  /**
   * What an attachment means here and now.
   *
   * @param namespace of the BpfProgram, whose own pods are meant where no other namespace is named
   */
  Expansion expand(String namespace, String function, Attach attach) {
    return switch (attach.hook()) {
      case InterfaceHook hook -> ofNetworks.of(namespace, function, hook);
      case NetworkHook hook -> ofNetworks.of(namespace, function, hook);
      case CgroupHook hook -> ofCgroups.of(namespace, function, hook);
      case BinaryHook hook -> ofBinaries.of(namespace, function, hook);
      case null, default -> Expansion.of(WantedLink.of(function, attach));
    };
  }

  void onChanged(Runnable listener) {
    listeners.add(listener);
  }

  /** Who tells of targets does so by a thread of its own; a listener hears one at a time. */
  private synchronized void changed() {
    listeners.forEach(Runnable::run);
  }

  @Override
  public void close() {
    pods.close();
    groups.close();
    binaryFolders.close();
    networks.close();
  }
}
