package dev.skep.node.kernel;

import dev.skep.node.hook.HookType;
import dev.skep.node.network.Visit;
import dev.skep.node.target.Network;
import java.util.function.Supplier;

/** What a hook does it does in the network namespace of its target, where that matters to it. */
final class Inside {
  private Inside() {}

  static <T> T of(Network network, HookType hook, Supplier<T> work) {
    return hook.isOfNetwork() ? Visit.to(network, work) : work.get();
  }
}
