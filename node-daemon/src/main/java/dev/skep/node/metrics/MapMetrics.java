package dev.skep.node.metrics;

import dev.skep.api.v1alpha1.Metric;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.inspect.MetricLayout;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.kernel.ObservedLoad.ObservedMap;
import dev.skep.node.metrics.Exposition.Type;
import dev.skep.node.report.RunningProgram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Entries and sizes of maps, and the metrics declared on them: each map is read once a scrape. */
final class MapMetrics {
  /** One map is never read further than this at one scrape. */
  static final int MAX_READ = 262_144;

  /** A map larger than this and without declared metrics is counted only now and then. */
  static final long LARGE = 4_096;

  static final long RECOUNT_NANOS = 30_000_000_000L;

  private record MetricKey(LoadKey load, Metric metric) {}

  private record MapKey(LoadKey load, String map) {}

  private record Counted(long entries, long at) {}

  private final Kernel kernel;
  private final Map<MetricKey, DeclaredMetric> declared = new HashMap<>();
  private final Map<MapKey, Counted> counts = new HashMap<>();
  private long errors;

  MapMetrics(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Writes the samples of one program's maps. */
  void write(Exposition page, RunningProgram program, ObservedLoad load, long now) {
    for (ObservedMap map : load.maps()) {
      Labels labels = Labels.of(program).and("map", map.name());
      size(page, labels, map);
      List<DeclaredMetric> readers = readers(page, program, load, map);
      if (!readers.isEmpty() || recount(load.key(), map, now)) {
        read(page, load.key(), map, readers, now);
      }
      Counted counted = counts.get(new MapKey(load.key(), map.name()));
      if (counted != null && MapTypes.counted(map.type())) {
        page.sample(
            "skep_map_entries",
            Type.gauge,
            "Entries of a hash or trie map; at most " + MAX_READ + " are counted.",
            labels,
            counted.entries());
      }
    }
  }

  /** Forgets what belonged to loads that are not there any more. */
  void keep(Set<LoadKey> loads) {
    declared.keySet().removeIf(key -> !loads.contains(key.load()));
    counts.keySet().removeIf(key -> !loads.contains(key.load()));
  }

  long errors() {
    return errors;
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

  private boolean recount(LoadKey load, ObservedMap map, long now) {
    if (!MapTypes.counted(map.type())) {
      return false;
    }
    Counted last = counts.get(new MapKey(load, map.name()));
    return last == null || map.maxEntries() <= LARGE || now - last.at() >= RECOUNT_NANOS;
  }

  private void read(
      Exposition page, LoadKey load, ObservedMap map, List<DeclaredMetric> readers, long now) {
    long[] entries = {0};
    try {
      kernel.readMap(
          load,
          map.name(),
          (int) Math.min(map.maxEntries(), MAX_READ),
          (key, value) -> {
            entries[0]++;
            for (DeclaredMetric reader : readers) {
              reader.entry(key, value);
            }
          });
      counts.put(new MapKey(load, map.name()), new Counted(entries[0], now));
    } catch (Refusal gone) {
      // The load may have been replaced since it was observed: the next scrape sees the new one.
      errors++;
    }
    readers.forEach(reader -> reader.write(page));
  }

  private List<DeclaredMetric> readers(
      Exposition page, RunningProgram program, ObservedLoad load, ObservedMap map) {
    List<DeclaredMetric> readers = new ArrayList<>();
    Set<Metric> seen = new HashSet<>();
    List<Metric> metrics =
        program.revision().map(revision -> revision.getSpec().metrics()).orElse(List.of());
    for (Metric metric : metrics) {
      if (!metric.map().equals(map.name()) || !seen.add(metric)) {
        continue;
      }
      MetricKey key = new MetricKey(load.key(), metric);
      if (!declared.containsKey(key)) {
        declared.put(key, compile(program, metric, map));
      }
      DeclaredMetric reader = declared.get(key);
      if (reader == null) {
        page.sample(
            "skep_metric_unreadable",
            Type.gauge,
            "1 for a declared metric whose map, value or labels the object's types do not have.",
            Labels.of(program).and("metric", metric.name()),
            1);
      } else {
        readers.add(reader);
      }
    }
    return readers;
  }

  /** The metric made ready for its map's types, or null when they do not fit. */
  private static DeclaredMetric compile(
      RunningProgram program, Metric metric, ObservedMap observed) {
    try {
      MetricLayout layout = MetricLayout.of(metric.name(), metric, program.report().get());
      return new DeclaredMetric(program, layout, observed.maxEntries());
    } catch (Refusal unreadable) {
      return null;
    }
  }
}
