package dev.skep.node.metrics;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The series of one metric, bounded. Entries with the same labels are added up. Series that were
 * shown before are kept before new ones are let in, so that a full metric does not show other
 * series at each scrape.
 */
final class Series {
  private final int max;
  private final Room room;
  private final Map<String, long[]> values = new HashMap<>();
  private Set<String> shown = Set.of();

  /**
   * Places held for series that were shown at the last scrape and have not come yet at this one.
   */
  private int held;

  private final Set<String> dropped = new HashSet<>();
  private long droppedMore;

  /**
   * @param max series of this metric at most
   * @param room places left to all metrics
   */
  Series(int max, Room room) {
    this.max = max;
    this.room = room;
  }

  void add(String labels, long value) {
    long[] sum = values.get(labels);
    if (sum != null) {
      sum[0] += value;
    } else if (shown.contains(labels)) {
      held--;
      values.put(labels, new long[] {value});
    } else if (values.size() + held < max && room.take()) {
      values.put(labels, new long[] {value});
    } else if (dropped.size() < max) {
      dropped.add(labels);
    } else {
      // Telling apart without bound what is left out is what the bound is against.
      droppedMore++;
    }
  }

  /** Gives every series to {@code each}, and begins anew. Returns how many were left out. */
  long finish(BiConsumer<String, Long> each) {
    values.forEach((labels, value) -> each.accept(labels, value[0]));
    long left = dropped.size() + droppedMore;
    room.giveBack(held);
    shown = Set.copyOf(values.keySet());
    held = shown.size();
    values.clear();
    dropped.clear();
    droppedMore = 0;
    return left;
  }

  /** Gives back the places of what was shown. */
  void close() {
    room.giveBack(shown.size());
  }
}
