package dev.skep.operator.rollout;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far a revision has come: the first {@code position} nodes of the order run {@code next}, the
 * others still {@code previous}.
 *
 * @param previous revision that ran before, or null
 * @param next revision that shall run
 * @param order nodes as {@link NodeOrder} gives them
 * @param position nodes told to run next, 0 to the number of nodes
 */
public record Rollout(String previous, String next, List<String> order, int position) {
  public Rollout {
    order = List.copyOf(order);
    if (position < 0 || position > order.size()) {
      throw new IllegalArgumentException(
          "position " + position + " is not in an order of " + order.size() + " nodes");
    }
  }

  /** All nodes in one step. */
  public static Rollout allAtOnce(String previous, String next, List<String> order) {
    return new Rollout(previous, next, order, order.size());
  }

  /** Node → revision; a node that shall run nothing is not named. */
  public Map<String, String> revisions() {
    Map<String, String> revisions = new LinkedHashMap<>();
    for (int i = 0; i < order.size(); i++) {
      String revision = i < position ? next : previous;
      if (revision != null) {
        revisions.put(order.get(i), revision);
      }
    }
    return revisions;
  }
}
