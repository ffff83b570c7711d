package dev.skep.node.network;

import dev.skep.node.network.RouteMessage.DefaultRoute;
import dev.skep.node.network.RouteMessage.Link;
import dev.skep.node.target.Network;
import dev.skep.node.target.NetworkView;
import dev.skep.node.target.NetworkView.Interface;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The interfaces of a network namespace, kept as its messages say. Default routes are not kept but
 * asked for anew: the kernel takes routes away with an address or an interface and does not tell.
 */
final class InterfaceTable {
  private final SortedMap<Integer, Link> links = new TreeMap<>();
  private Optional<String> primary = Optional.empty();
  private boolean primaryKnown;
  private boolean primaryWanted;

  /** Every interface there is, in the place of what was known. */
  void links(List<Link> all) {
    links.clear();
    all.forEach(link -> links.put(link.index(), link));
    primaryKnown = false;
  }

  /** Every default route there is. */
  void routes(List<DefaultRoute> all) {
    primary =
        all.stream()
            .filter(route -> links.containsKey(route.index()))
            .min(
                Comparator.comparing(DefaultRoute::ipv6)
                    .thenComparing(DefaultRoute::metric)
                    .thenComparing(DefaultRoute::index))
            .map(route -> links.get(route.index()).name());
    primaryKnown = true;
  }

  /** Whether somebody wants to know the primary interface and nobody knows it. */
  boolean lacksPrimary(boolean wanted) {
    primaryWanted |= wanted;
    return wanted && !primaryKnown;
  }

  /** Takes a message in; whether what a target is found by may have changed. */
  boolean apply(RouteMessage message) {
    return switch (message) {
      case Link link -> link.gone() ? gone(link) : came(link);
      case DefaultRoute _ -> routesMoved();
      case RouteMessage.Address _ -> routesMoved();
      case RouteMessage.Done _ -> false;
      case RouteMessage.Refused _ -> false;
    };
  }

  private boolean gone(Link link) {
    boolean was = links.remove(link.index()) != null;
    primaryKnown &= !was;
    return was;
  }

  private boolean came(Link link) {
    Link before = links.put(link.index(), link);
    if (link.equals(before)) {
      return false;
    }
    boolean moved = before == null || before.up() != link.up();
    return (moved && routesMoved())
        || before == null
        || !before.name().equals(link.name())
        || before.peer() != link.peer()
        || before.abroad() != link.abroad();
  }

  private boolean routesMoved() {
    primaryKnown = false;
    return primaryWanted;
  }

  NetworkView view(Network network) {
    SortedMap<String, Interface> byName = new TreeMap<>();
    for (Map.Entry<Integer, Link> entry : links.entrySet()) {
      Link link = entry.getValue();
      byName.put(link.name(), new Interface(link.index(), link.peer(), link.abroad(), link.up()));
    }
    return new NetworkView(network, byName, primaryKnown ? primary : Optional.empty());
  }
}
