package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Attach;

/**
 * One attachment that shall be: one function on one target. An {@link Attach} that names several
 * interfaces becomes several of these.
 *
 * @param function ELF symbol
 * @param hook the hook, narrowed to this one target
 * @param target the target in words, unique within the load and stable over restarts, e.g. {@code
 *     xdp eth0}, {@code tracepoint syscalls/sys_enter_open}
 */
public record WantedLink(String function, Attach.Hook hook, String target) {}
