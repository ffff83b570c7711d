package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.InterfaceHook;
import dev.skep.node.libbpf.LinkInfo;
import dev.skep.node.target.Interfaces;
import dev.skep.node.target.Network;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The one interface of a hook, as a thread sees it that is in its network namespace.
 *
 * @param interfaces of that thread's namespace
 */
record Device(String name, Network network, Interfaces interfaces) {
  static Device of(InterfaceHook hook, Network network, Host host) {
    return new Device(hook.interfaces().getFirst(), network, host.interfaces());
  }

  OptionalInt index() {
    return interfaces.index(name);
  }

  /** The index of an interface that must be there. */
  int requireIndex() {
    return network.inOwn()
        ? interfaces.require(name)
        : index().orElseThrow(() -> notThere().toException());
  }

  Optional<Failure> missing() {
    return network.inOwn()
        ? interfaces.missing(name)
        : index().isPresent() ? Optional.empty() : Optional.of(notThere());
  }

  private Failure notThere() {
    return Failure.of(
        Reason.InterfaceNotFound, "interface " + name + " does not exist in " + network.name());
  }

  /** A link whose interface is gone has index 0; one made anew has another index. */
  boolean holds(LinkInfo link) {
    return index().equals(OptionalInt.of(link.ifindex()));
  }
}
