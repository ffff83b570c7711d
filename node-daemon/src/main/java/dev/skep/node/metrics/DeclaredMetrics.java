package dev.skep.node.metrics;

import dev.skep.api.v1alpha1.Metric;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.inspect.MetricLayout;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.ObservedLoad.ObservedMap;
import dev.skep.node.metrics.Exposition.Type;
import dev.skep.node.report.RunningProgram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The metrics that the programs of this node declare, each made ready once for its load. */
final class DeclaredMetrics {
  /** Series of all metrics of a node: some ten megabytes of memory and of page. */
  static final int MAX_SERIES = 50_000;

  /** When an object that could not be had is asked for again. */
  private static final long RETRY_NANOS = Duration.ofSeconds(30).toNanos();

  private record Key(LoadKey load, Metric metric) {}

  /**
   * @param metric empty when the object's types do not have what the metric names
   * @param at when that was found out
   */
  private record Ready(Optional<DeclaredMetric> metric, long at) {
    boolean stale(long now) {
      return metric.isEmpty() && now - at >= RETRY_NANOS;
    }
  }

  private final Room room = new Room(MAX_SERIES);
  private final Map<Key, Ready> ready = new HashMap<>();
  private final Set<Key> asked = new HashSet<>();

  /** The metrics of one map; of one that cannot be read, the page says so. */
  List<DeclaredMetric> of(
      Exposition page, RunningProgram program, LoadKey load, ObservedMap map, long now) {
    List<DeclaredMetric> metrics = new ArrayList<>();
    for (Metric metric : declared(program)) {
      Key key = new Key(load, metric);
      if (metric.map().equals(map.name()) && asked.add(key)) {
        Optional<DeclaredMetric> one = ready(key, program, map, now);
        one.ifPresent(metrics::add);
        page.sample(
            "skep_metric_readable",
            Type.gauge,
            "0 for a declared metric whose map, value or labels the object's types do not have.",
            Labels.of(program).and("metric", metric.name()),
            one.isPresent() ? 1 : 0);
      }
    }
    return metrics;
  }

  private static List<Metric> declared(RunningProgram program) {
    return program.revision().map(revision -> revision.getSpec().metrics()).orElse(List.of());
  }

  private Optional<DeclaredMetric> ready(
      Key key, RunningProgram program, ObservedMap map, long now) {
    Ready known = ready.get(key);
    if (known == null || known.stale(now)) {
      known = new Ready(make(program, key.metric(), map), now);
      ready.put(key, known);
    }
    return known.metric();
  }

  private Optional<DeclaredMetric> make(RunningProgram program, Metric metric, ObservedMap map) {
    try {
      MetricLayout layout = MetricLayout.of(metric.name(), metric, program.report().get());
      return Optional.of(new DeclaredMetric(program, layout, map.maxEntries(), room));
    } catch (Refusal unreadable) {
      return Optional.empty();
    }
  }

  /** Forgets the metrics of loads that are gone and those that are not declared any more. */
  void endScrape(Set<LoadKey> unread) {
    ready
        .entrySet()
        .removeIf(
            entry -> {
              boolean kept =
                  asked.contains(entry.getKey()) || unread.contains(entry.getKey().load());
              if (!kept) {
                entry.getValue().metric().ifPresent(DeclaredMetric::close);
              }
              return !kept;
            });
    asked.clear();
  }
}
