package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.InterfaceHook;
import dev.skep.api.v1alpha1.hook.NetworkHook;
import dev.skep.api.v1alpha1.hook.PodSide;
import dev.skep.node.hook.Words;
import dev.skep.node.network.Networks;
import dev.skep.node.target.Network;
import dev.skep.node.target.NetworkView;
import dev.skep.node.target.NetworkView.Interface;
import dev.skep.node.target.PodNetworks;
import dev.skep.node.target.PodNetworks.PodNetwork;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Finds targets that are network namespaces, or interfaces in one. */
final class NetworkTargets {
  private final Networks networks;
  private final PodNetworks pods;

  NetworkTargets(Networks networks, PodNetworks pods) {
    this.networks = networks;
    this.pods = pods;
  }

  Expansion of(String namespace, String function, InterfaceHook hook) {
    if (hook.pods() != null) {
      return ofPods(
          pods.of(namespace, hook.pods()),
          function,
          pod ->
              hook.side() == PodSide.Pod
                  ? inside(pod, function, hook)
                  : atHost(pod, function, hook));
    }
    return attempt(
        hook.networkNamespace(),
        function,
        network ->
            InterfaceTargets.in(
                networks.look(network, InterfaceTargets.wantsPrimary(hook)), function, hook));
  }

  Expansion of(String namespace, String function, NetworkHook hook) {
    String words = Words.of(hook);
    if (hook.pods() != null) {
      return ofPods(
          pods.of(namespace, hook.pods()),
          function,
          pod -> whole(function, hook, words + " in pod " + pod.pod(), pod.network()));
    }
    return attempt(
        hook.networkNamespace(),
        function,
        network -> whole(function, hook, InterfaceTargets.words(words, network), network));
  }

  private static Expansion whole(String function, NetworkHook hook, String words, Network network) {
    return Expansion.of(List.of(new WantedLink(function, hook.narrowed(), words, network)));
  }

  private interface Finding<T> {
    Expansion in(T place);
  }

  private Expansion attempt(String nameOrPath, String function, Finding<Network> finding) {
    try {
      return finding.in(Network.named(nameOrPath));
    } catch (Refusal refusal) {
      if (refusal.failure().reason() == Reason.NetworkNotFound) {
        networks.await(Network.file(nameOrPath));
      }
      return Expansion.none(
          Failure.of(refusal.failure().reason(), refusal.failure().message(), function));
    }
  }

  /** A pod that goes while it is looked at has no targets; it is no failure. */
  private static Expansion ofPods(
      PodNetworks.Found found, String function, Finding<PodNetwork> finding) {
    Expansion all =
        new Expansion(
            List.of(),
            found.without().stream()
                .map(f -> Failure.of(f.reason(), f.message(), function))
                .toList());
    for (PodNetwork pod : found.networks()) {
      try {
        all = all.and(finding.in(pod));
      } catch (Refusal refusal) {
        if (refusal.failure().reason() != Reason.NetworkNotFound) {
          Failure failure = refusal.failure();
          all = all.and(Expansion.none(Failure.of(failure.reason(), failure.message(), function)));
        }
      }
    }
    return all;
  }

  private Expansion inside(PodNetwork pod, String function, InterfaceHook hook) {
    NetworkView view = networks.look(pod.network(), InterfaceTargets.wantsPrimary(hook));
    return inWords(InterfaceTargets.in(view, function, hook), " in pod " + pod.pod());
  }

  /**
   * The host's ends of a pod's interfaces: each is what the pod's one is linked to, which the
   * kernel tells by index only. What stands on an interface (macvlan, VLAN) has no end at the host:
   * its index is of the node's own uplink, or of one inside the pod.
   */
  private Expansion atHost(PodNetwork pod, String function, InterfaceHook hook) {
    NetworkView inside = networks.look(pod.network(), InterfaceTargets.wantsPrimary(hook));
    NetworkView host = networks.look(Network.own(), false);
    Map<Integer, String> byIndex = new TreeMap<>();
    host.interfaces().forEach((name, i) -> byIndex.put(i.index(), name));
    SortedMap<String, Interface> ends = new TreeMap<>();
    SortedMap<String, String> hostNames = new TreeMap<>();
    inside
        .interfaces()
        .forEach(
            (name, i) ->
                Optional.ofNullable(i.abroad() ? byIndex.get(i.peer()) : null)
                    .ifPresent(
                        end -> {
                          ends.put(name, host.interfaces().get(end));
                          hostNames.put(name, end);
                        }));
    NetworkView linked = new NetworkView(pod.network(), ends, inside.primary());
    Expansion found = InterfaceTargets.in(linked, function, hook);
    return new Expansion(
        found.links().stream().map(link -> atHost(link, hostNames, pod)).toList(), found.without());
  }

  private static WantedLink atHost(WantedLink link, Map<String, String> hostNames, PodNetwork pod) {
    InterfaceHook inside = (InterfaceHook) link.hook();
    InterfaceHook outside = inside.narrowed(hostNames.get(inside.interfaces().getFirst()));
    return new WantedLink(
        link.function(),
        outside,
        Words.of(outside) + " of pod " + pod.pod(),
        Network.own(),
        link.instance());
  }

  private static Expansion inWords(Expansion found, String where) {
    return new Expansion(
        found.links().stream()
            .map(
                l ->
                    new WantedLink(
                        l.function(),
                        l.hook(),
                        Words.of(l.hook()) + where,
                        l.network(),
                        l.instance()))
            .toList(),
        found.without());
  }
}
