package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.InterfaceHook;
import dev.skep.node.hook.Words;
import dev.skep.node.target.Network;
import java.util.List;

/**
 * One attachment that shall be: one function on one target. An attachment that names several
 * interfaces, or a pattern of them, becomes several of these.
 *
 * @param function ELF symbol
 * @param hook the hook, narrowed to this one target
 * @param target the target in words, with the options that cannot be changed in place, unique
 *     within the load and stable over restarts, e.g. {@code xdp eth0}, {@code tracepoint
 *     syscalls/sys_enter_open}
 * @param network the network namespace that the target is found in
 * @param instance which of the targets that had this name one after the other, so that one made
 *     anew is another: an interface's index, a control group's id; 0 where that is not known
 */
public record WantedLink(
    String function, Hook hook, String target, Network network, long instance) {

  public WantedLink(String function, Hook hook, String target, Network network) {
    this(function, hook, target, network, 0);
  }

  /** The target of a hook that has one, on the host. */
  public static WantedLink of(String function, Hook hook) {
    return new WantedLink(function, hook, Words.of(hook), Network.own());
  }

  /** An attachment's targets as they are written, each name and pattern one. */
  public static List<WantedLink> of(String function, Attach attach) {
    return attach.hook() instanceof InterfaceHook hook
        ? hook.interfaces().stream().map(name -> of(function, hook.narrowed(name))).toList()
        : List.of(of(function, attach.hook()));
  }
}
