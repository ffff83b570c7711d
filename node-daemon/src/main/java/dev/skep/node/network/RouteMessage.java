package dev.skep.node.network;

/**
 * What the kernel tells of interfaces and routes (linux/rtnetlink.h), as far as it matters here.
 */
sealed interface RouteMessage {
  /**
   * An interface came, went or changed.
   *
   * @param peer the index of the one it is linked to, 0 when none
   * @param abroad whether it is one end of a pair (veth, netkit) whose other end, the peer, is in
   *     another network namespace
   */
  record Link(int index, String name, int peer, boolean abroad, boolean up, boolean gone)
      implements RouteMessage {}

  /**
   * A default route came or went.
   *
   * @param index of its interface
   * @param metric lower is preferred
   */
  record DefaultRoute(boolean ipv6, int index, long metric, boolean gone) implements RouteMessage {}

  /** An address came or went; with it routes may have gone that the kernel does not tell of. */
  record Address() implements RouteMessage {}

  /**
   * The end of an answer.
   *
   * @param torn what was told changed meanwhile: ask again
   */
  record Done(boolean torn) implements RouteMessage {}

  /** The kernel refused a request. */
  record Refused(int errno) implements RouteMessage {}
}
