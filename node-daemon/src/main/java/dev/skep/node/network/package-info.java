/**
 * Network namespaces and the interfaces in them, as the kernel tells of them by itself: a netlink
 * socket in each namespace that somebody asked about, and an eye on the folder of named ones.
 * Nothing is polled. The door is {@link dev.skep.node.network.Networks}; {@link
 * dev.skep.node.network.Visit} is how a thread gets into a namespace, and {@code RouteMessages} is
 * all that knows how the kernel's messages are laid out.
 */
package dev.skep.node.network;
