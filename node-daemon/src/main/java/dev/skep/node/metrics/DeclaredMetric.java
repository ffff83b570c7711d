package dev.skep.node.metrics;

import dev.skep.api.v1alpha1.Metric;
import dev.skep.api.v1alpha1.Metric.PerCpu;
import dev.skep.node.kernel.ObservedLoad.ObservedMap;
import dev.skep.node.metrics.Exposition.Type;
import dev.skep.node.report.RunningProgram;
import java.util.List;

/**
 * One metric that a user declared on a map, ready to be fed the map's entries.
 *
 * <p>An array that fits the metric's bound shows all its entries; of a larger one, and of single
 * CPUs, only what is not zero is shown.
 */
final class DeclaredMetric {
  /** A label and the column it is read from. */
  record LabelColumn(String name, Column column) {}

  private final RunningProgram program;
  private final Metric metric;
  private final List<LabelColumn> labels;
  private final Column value;
  private final boolean perCpu;
  private final boolean skipsZero;

  /** Bytes from one CPU's value to the next: the kernel rounds each up to 8. */
  private final int stride;

  private final Series series;
  private final StringBuilder text = new StringBuilder();

  DeclaredMetric(
      RunningProgram program,
      Metric metric,
      ObservedMap map,
      List<LabelColumn> labels,
      Column value) {
    this.program = program;
    this.metric = metric;
    this.labels = List.copyOf(labels);
    this.value = value;
    this.perCpu = MapTypes.perCpu(map.type());
    this.skipsZero = MapTypes.array(map.type()) && map.maxEntries() > metric.maxSeries();
    this.stride = (map.valueSize() + 7) / 8 * 8;
    this.series = new Series(metric.maxSeries());
  }

  Metric metric() {
    return metric;
  }

  void entry(byte[] key, byte[] bytes) {
    if (!perCpu) {
      add(key, value.number(bytes, 0), -1);
    } else if (metric.perCpu() == PerCpu.Label) {
      for (int cpu = 0; (cpu + 1) * stride <= bytes.length; cpu++) {
        long number = value.number(bytes, cpu * stride);
        if (number != 0) {
          add(key, number, cpu);
        }
      }
    } else {
      add(key, combined(bytes), -1);
    }
  }

  private long combined(byte[] bytes) {
    long all = value.number(bytes, 0);
    for (int base = stride; base + stride <= bytes.length; base += stride) {
      long one = value.number(bytes, base);
      all = metric.perCpu() == PerCpu.Sum ? all + one : max(all, one);
    }
    return all;
  }

  private long max(long a, long b) {
    return value.unsigned() && Long.compareUnsigned(a, b) < 0 || !value.unsigned() && a < b ? b : a;
  }

  private void add(byte[] key, long number, int cpu) {
    if (skipsZero && number == 0) {
      return;
    }
    text.setLength(0);
    for (LabelColumn label : labels) {
      Labels.append(text, label.name(), label.column().text(key, 0));
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
                    value.unsigned() ? Long.toUnsignedString(number) : Long.toString(number)));
    page.sample(
        "skep_metric_series_dropped",
        Type.gauge,
        "Series of a declared metric that were left out at this scrape because of its maxSeries.",
        Labels.of(program).and("metric", metric.name()),
        dropped);
  }
}
