package dev.skep.node.metrics;

import dev.skep.api.v1alpha1.Metric;
import dev.skep.api.v1alpha1.Metric.PerCpu;
import dev.skep.artifact.btf.Field;
import dev.skep.artifact.inspect.MetricLayout;
import dev.skep.artifact.inspect.MetricLayout.LabelField;
import dev.skep.node.metrics.Exposition.Type;
import dev.skep.node.report.RunningProgram;
import java.util.List;
import java.util.Set;

/**
 * One metric that a user declared on a map, ready to be fed the map's entries.
 *
 * <p>An array that fits the metric's bound shows all its entries; of a larger one, and of single
 * CPUs, only what is not zero is shown.
 */
final class DeclaredMetric {
  /** Our own labels: a user's of such a name gets Prometheus' prefix for that, exported_. */
  private static final Set<String> OURS = Set.of("bpf_namespace", "bpf_name");

  private final RunningProgram program;
  private final Metric metric;
  private final Field value;
  private final List<LabelField> labels;
  private final boolean perCpu;
  private final boolean skipsZero;

  /** Bytes from one CPU's value to the next: the kernel rounds each up to 8. */
  private final int stride;

  private final Series series;
  private final StringBuilder text = new StringBuilder();

  /**
   * @param program whose metric it is
   * @param layout where its number and labels lie
   * @param maxEntries of the map in the kernel
   * @param room places for series, shared with the node's other metrics
   */
  DeclaredMetric(RunningProgram program, MetricLayout layout, long maxEntries, Room room) {
    this.program = program;
    this.metric = layout.metric();
    this.value = layout.value();
    this.labels = layout.labels().stream().map(DeclaredMetric::apart).toList();
    this.perCpu = MapTypes.perCpu(layout.map().type());
    this.skipsZero = MapTypes.array(layout.map().type()) && maxEntries > metric.maxSeries();
    this.stride = (layout.map().valueSize() + 7) / 8 * 8;
    this.series = new Series(metric.maxSeries(), room);
  }

  private static LabelField apart(LabelField label) {
    return OURS.contains(label.name())
        ? new LabelField("exported_" + label.name(), label.field())
        : label;
  }

  void entry(byte[] key, byte[] bytes) {
    if (!perCpu) {
      add(key, value.asLong(bytes, 0), -1);
    } else if (metric.perCpu() == PerCpu.Label) {
      for (int cpu = 0; (cpu + 1) * stride <= bytes.length; cpu++) {
        long number = value.asLong(bytes, cpu * stride);
        if (number != 0) {
          add(key, number, cpu);
        }
      }
    } else {
      add(key, combined(bytes), -1);
    }
  }

  private long combined(byte[] bytes) {
    long all = value.asLong(bytes, 0);
    for (int base = stride; base + stride <= bytes.length; base += stride) {
      long one = value.asLong(bytes, base);
      all = metric.perCpu() == PerCpu.Sum ? all + one : max(all, one);
    }
    return all;
  }

  private long max(long a, long b) {
    return value.isUnsigned() && Long.compareUnsigned(a, b) < 0 || !value.isUnsigned() && a < b
        ? b
        : a;
  }

  private void add(byte[] key, long number, int cpu) {
    if (skipsZero && number == 0) {
      return;
    }
    text.setLength(0);
    for (LabelField label : labels) {
      Labels.append(text, label.name(), label.field().asText(key, 0));
    }
    if (cpu >= 0) {
      Labels.append(text, "cpu", Integer.toString(cpu));
    }
    // What tells two programs' metrics of one name apart; behind the user's labels.
    Labels.append(text, "bpf_namespace", program.namespace());
    Labels.append(text, "bpf_name", program.name());
    series.add(text.toString(), number);
  }

  /** Writes what was fed since the last time. */
  void write(Exposition page) {
    Type type = metric.type() == Metric.Type.counter ? Type.counter : Type.gauge;
    String help = metric.help() == null ? "From the map " + metric.map() + "." : metric.help();
    long dropped =
        series.finish(
            (text, number) ->
                page.sample(
                    metric.name(),
                    type,
                    help,
                    text,
                    value.isUnsigned() ? Long.toUnsignedString(number) : Long.toString(number)));
    page.sample(
        "skep_metric_series_dropped",
        Type.gauge,
        "Series of a declared metric that were left out: above its maxSeries or the node's bound.",
        Labels.of(program).and("metric", metric.name()),
        dropped);
  }

  void close() {
    series.close();
  }
}
