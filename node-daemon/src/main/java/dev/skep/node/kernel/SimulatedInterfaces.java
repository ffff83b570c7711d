package dev.skep.node.kernel;

import dev.skep.node.target.Network;
import dev.skep.node.target.NetworkView;
import dev.skep.node.target.NetworkView.Interface;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The interfaces of a simulated kernel, and which of them has the default route. */
final class SimulatedInterfaces {
  private final SortedMap<String, Interface> interfaces = new TreeMap<>();
  private Optional<String> primary = Optional.of("eth0");
  private int indexes;

  SimulatedInterfaces() {
    List.of("lo", "eth0", "eth1").forEach(this::add);
  }

  void add(String name) {
    interfaces.put(name, new Interface(++indexes, 0, false, true));
  }

  void remove(String name) {
    interfaces.remove(name);
  }

  boolean has(String name) {
    return interfaces.containsKey(name);
  }

  void route(Optional<String> to) {
    primary = to;
  }

  NetworkView view() {
    return new NetworkView(Network.own(), interfaces, primary.filter(this::has));
  }
}
