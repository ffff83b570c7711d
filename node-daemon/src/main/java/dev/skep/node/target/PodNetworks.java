package dev.skep.node.target;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.hook.Pods;
import java.util.List;
import java.util.Optional;

/** Finds the network namespaces of pods on this node. */
@FunctionalInterface
public interface PodNetworks {
  /**
   * A pod that runs and has a network namespace of its own.
   *
   * @param pod namespace/name
   * @param network its own; never the host's
   */
  record PodNetwork(String pod, Network network) {}

  /**
   * What a selector means now.
   *
   * @param networks of the pods that it selects
   * @param without why there is none, when there is none
   */
  record Found(List<PodNetwork> networks, Optional<Failure> without) {
    public Found {
      networks = List.copyOf(networks);
    }
  }

  /**
   * Cheap enough to be asked at each change of targets.
   *
   * @param namespace of the BpfProgram, whose own pods are meant where no namespace is named
   */
  Found of(String namespace, Pods pods);
}
