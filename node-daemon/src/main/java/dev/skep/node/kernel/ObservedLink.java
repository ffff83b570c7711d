package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.hook.Hook;
import java.util.List;

/**
 * One attachment as the kernel shows it. A perf event on four CPUs is four kernel links, and one of
 * these.
 *
 * @param load the load its pins stand in
 * @param function ELF symbol
 * @param hook the hook it was made for, from the journal beside the pins; null when the journal
 *     does not tell, and then the link is never alive
 * @param target as in {@link WantedLink}
 * @param linkIds the kernel's link ids, one for each pin
 * @param alive every pin is there, runs the load's program, and still has its target (an interface
 *     that was deleted leaves a link without one)
 */
public record ObservedLink(
    LoadKey load,
    String function,
    Hook hook,
    String target,
    List<Integer> linkIds,
    boolean alive) {}
