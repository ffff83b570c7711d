package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Attach;

/** Finds the targets of an attachment on this node. */
final class Targets {
  /**
   * What an attachment means here and now.
   *
   * @param namespace of the BpfProgram, whose own pods are meant where no other namespace is named
   */
  Expansion expand(String namespace, String function, Attach attach) {
    return Expansion.of(WantedLink.of(function, attach));
  }

  void onChanged(Runnable listener) {}
}
