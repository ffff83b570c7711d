package dev.skep.node.target;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a network namespace held at one moment.
 *
 * @param network which one
 * @param interfaces by name
 * @param primary the interface of the default route, IPv4's before IPv6's, if there is one
 */
public record NetworkView(
    Network network, SortedMap<String, Interface> interfaces, Optional<String> primary) {

  public NetworkView {
    interfaces = Collections.unmodifiableSortedMap(new TreeMap<>(interfaces));
  }

  /**
   * A network interface.
   *
   * @param index its number in this namespace; no later interface of it gets the same by itself
   * @param peer the index of the interface it is linked to, in that one's own namespace, e.g. of
   *     the other end of a veth pair; 0 when none
   * @param abroad whether it is one end of a pair (veth, netkit) whose other end, the peer, is in
   *     another network namespace
   * @param up administratively
   */
  public record Interface(int index, int peer, boolean abroad, boolean up) {}

  /** The name of an interface. */
  public Optional<String> name(int index) {
    return interfaces.entrySet().stream()
        .filter(e -> e.getValue().index() == index)
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
