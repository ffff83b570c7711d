package dev.skep.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.Metric;
import dev.skep.api.v1alpha1.Metric.PerCpu;
import dev.skep.node.kernel.ObservedLoad.ObservedMap;
import dev.skep.node.metrics.DeclaredMetric.LabelColumn;
import dev.skep.node.report.RunningProgram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DeclaredMetricTest {
  private static final RunningProgram PROGRAM =
      new RunningProgram(
          "ns",
          "opens",
          State.Attached,
          Optional.empty(),
          Optional.empty(),
          () -> null,
          Optional.empty());

  @Test
  @DisplayName("A counter from a hash: the user's labels first, then whose it is")
  void hash() {
    DeclaredMetric metric = metric("hash", 100, PerCpu.Sum, 10, true);
    metric.entry(new byte[] {7}, longs(3));
    metric.entry(new byte[] {8}, longs(5));
    assertThat(page(metric))
        .contains("# TYPE m_total counter\n")
        .contains("m_total{id=\"7\",bpf_namespace=\"ns\",bpf_name=\"opens\"} 3\n")
        .contains("m_total{id=\"8\",bpf_namespace=\"ns\",bpf_name=\"opens\"} 5\n")
        .contains(
            "skep_metric_series_dropped{namespace=\"ns\",name=\"opens\",metric=\"m_total\"} 0");
  }

  @Test
  @DisplayName("Per-CPU values are summed, the greatest, or a series each")
  void perCpu() {
    assertThat(perCpu(PerCpu.Sum)).contains("bpf_name=\"opens\"} 12\n");
    assertThat(perCpu(PerCpu.Max)).contains("bpf_name=\"opens\"} 9\n");
    assertThat(perCpu(PerCpu.Label))
        .contains("m_total{id=\"1\",cpu=\"0\",bpf_namespace=\"ns\",bpf_name=\"opens\"} 3\n")
        .contains("cpu=\"2\"")
        .doesNotContain("cpu=\"1\"");
  }

  private static String perCpu(PerCpu how) {
    DeclaredMetric metric = metric("percpu_hash", 100, how, 10, true);
    metric.entry(new byte[] {1}, longs(3, 0, 9));
    return page(metric);
  }

  @Test
  @DisplayName("Unsigned numbers above 2^63 and negative ones are what they are")
  void signs() {
    DeclaredMetric unsigned = metric("hash", 100, PerCpu.Sum, 10, true);
    unsigned.entry(new byte[] {1}, longs(-1));
    assertThat(page(unsigned)).contains(" 18446744073709551615\n");
    DeclaredMetric signed = metric("hash", 100, PerCpu.Sum, 10, false);
    signed.entry(new byte[] {1}, longs(-1));
    assertThat(page(signed)).contains("} -1\n");
    DeclaredMetric greatest = metric("percpu_hash", 100, PerCpu.Max, 10, true);
    greatest.entry(new byte[] {1}, longs(5, -1));
    assertThat(page(greatest)).contains(" 18446744073709551615\n");
    DeclaredMetric least = metric("percpu_hash", 100, PerCpu.Max, 10, false);
    least.entry(new byte[] {1}, longs(-5, -1));
    assertThat(page(least)).contains("} -1\n");
  }

  @Test
  @DisplayName("An array that fits shows its zeros; a larger one does not")
  void zeros() {
    DeclaredMetric small = metric("array", 2, PerCpu.Sum, 10, true);
    small.entry(new byte[] {0}, longs(0));
    assertThat(page(small)).contains("id=\"0\"");
    DeclaredMetric large = metric("array", 11, PerCpu.Sum, 10, true);
    large.entry(new byte[] {0}, longs(0));
    large.entry(new byte[] {1}, longs(4));
    assertThat(page(large)).doesNotContain("id=\"0\"").contains("id=\"1\"");
  }

  @Test
  @DisplayName("The bound holds, and what it leaves out is said")
  void bounded() {
    DeclaredMetric metric = metric("hash", 100, PerCpu.Sum, 2, true);
    for (byte i = 0; i < 5; i++) {
      metric.entry(new byte[] {i}, longs(1));
    }
    assertThat(page(metric)).contains("metric=\"m_total\"} 3\n");
  }

  private static String page(DeclaredMetric metric) {
    Exposition page = new Exposition();
    metric.write(page);
    assertThat(PageChecker.samples(page.text())).isNotEmpty();
    return page.text();
  }

  private static DeclaredMetric metric(
      String type, long entries, PerCpu perCpu, int maxSeries, boolean unsigned) {
    Metric metric =
        new Metric("m_total", Metric.Type.counter, null, "m", null, null, perCpu, maxSeries);
    return new DeclaredMetric(
        PROGRAM,
        metric,
        new ObservedMap("m", 1, type, 1, 8, entries, 0),
        List.of(new LabelColumn("id", new Fixed(1, true))),
        new Fixed(8, unsigned));
  }

  private static byte[] longs(long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      bytes.putLong(value);
    }
    return bytes.array();
  }

  private record Fixed(int size, boolean unsigned) implements Column {
    @Override
    public long number(byte[] bytes, int base) {
      return size == 1
          ? bytes[base]
          : ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(base);
    }

    @Override
    public String text(byte[] bytes, int base) {
      return Long.toString(number(bytes, base));
    }
  }
}
