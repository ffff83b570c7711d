package dev.skep.node.metrics;

import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.kernel.ObservedLoad.ObservedMap;
import dev.skep.node.metrics.Exposition.Type;
import dev.skep.node.report.RunningProgram;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Entries and sizes of maps, and the metrics declared on them: each map is read once a scrape, and
 * none any more once the scrape's time is used up.
 */
final class MapMetrics {
  /** One map is never read further than this at one scrape. */
  static final int MAX_READ = 262_144;

  /** A map larger than this and without declared metrics is counted only now and then. */
  private static final long LARGE = 4_096;

  private static final long RECOUNT_NANOS = Duration.ofSeconds(30).toNanos();

  private record MapKey(LoadKey load, String map) {}

  private record Counted(long entries, long at) {}

  private final Kernel kernel;
  private final LongSupplier nanoTime;
  private final DeclaredMetrics declared = new DeclaredMetrics();
  private final Map<MapKey, Counted> counts = new HashMap<>();
  private final Set<LoadKey> unread = new HashSet<>();
  private long errors;

  MapMetrics(Kernel kernel, LongSupplier nanoTime) {
    this.kernel = kernel;
    this.nanoTime = nanoTime;
  }

  /** Writes the samples of one program's maps, and reads those that can be read in time. */
  void write(Exposition page, RunningProgram program, ObservedLoad load, long deadline) {
    for (ObservedMap map : load.maps()) {
      Labels labels = Labels.of(program).and("map", map.name());
      size(page, labels, map);
      if (nanoTime.getAsLong() - deadline < 0) {
        read(page, program, load.key(), map);
      } else {
        unread.add(load.key());
      }
      Counted counted = counts.get(new MapKey(load.key(), map.name()));
      if (counted != null) {
        page.sample(
            "skep_map_entries",
            Type.gauge,
            "Entries of a hash or trie map; at most " + MAX_READ + " are counted.",
            labels,
            counted.entries());
      }
    }
  }

  private static void size(Exposition page, Labels labels, ObservedMap map) {
    page.sample(
            "skep_map_max_entries",
            Type.gauge,
            "Entries a map can hold; bytes for a ring buffer.",
            labels,
            map.maxEntries())
        .sample(
            "skep_map_memory_bytes",
            Type.gauge,
            "Kernel memory of a map, bytes.",
            labels,
            map.bytes());
  }

  private void read(Exposition page, RunningProgram program, LoadKey load, ObservedMap map) {
    long now = nanoTime.getAsLong();
    List<DeclaredMetric> metrics = declared.of(page, program, load, map, now);
    if (!metrics.isEmpty() || isCounted(load, map, now)) {
      read(load, map, metrics, now);
      metrics.forEach(metric -> metric.write(page));
    }
  }

  private boolean isCounted(LoadKey load, ObservedMap map, long now) {
    Counted last = counts.get(new MapKey(load, map.name()));
    return MapTypes.counted(map.type())
        && (last == null || map.maxEntries() <= LARGE || now - last.at() >= RECOUNT_NANOS);
  }

  private void read(LoadKey load, ObservedMap map, List<DeclaredMetric> metrics, long now) {
    long[] entries = {0};
    try {
      kernel.readMap(
          load,
          map.name(),
          (int) Math.min(map.maxEntries(), MAX_READ),
          (key, value) -> {
            entries[0]++;
            for (DeclaredMetric metric : metrics) {
              metric.entry(key, value);
            }
          });
      if (MapTypes.counted(map.type())) {
        counts.put(new MapKey(load, map.name()), new Counted(entries[0], now));
      }
    } catch (Refusal gone) {
      // The load may have been replaced since it was observed: the next scrape sees the new one.
      errors++;
    }
  }

  /** Writes how it went, and forgets what belonged to loads that are not there any more. */
  void endScrape(Exposition page, Set<LoadKey> loads) {
    page.sample(
            "skep_scrape_programs_unread",
            Type.gauge,
            "Programs whose maps were not all read because the scrape's time was used up.",
            Labels.none(),
            unread.size())
        .sample(
            "skep_scrape_errors_total",
            Type.counter,
            "Maps that could not be read.",
            Labels.none(),
            errors);
    unread.retainAll(loads);
    declared.endScrape(unread);
    counts.keySet().removeIf(key -> !loads.contains(key.load()));
    unread.clear();
  }
}
