package dev.skep.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.Metric;
import dev.skep.api.v1alpha1.Metric.Label;
import dev.skep.api.v1alpha1.Metric.PerCpu;
import dev.skep.artifact.inspect.MetricLayout;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.node.report.RunningProgram;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** With the maps of tests/src/test/bpf/counters.bpf.c. */
class DeclaredMetricTest {
  private static ObjectReport counters;

  private static final RunningProgram PROGRAM =
      new RunningProgram(
          "ns",
          "opens",
          State.Attached,
          Optional.empty(),
          Optional.empty(),
          () -> counters,
          Optional.empty());
  private static final String OURS = "bpf_namespace=\"ns\",bpf_name=\"opens\"} ";

  @BeforeAll
  static void inspect() throws IOException {
    Path object = Path.of(System.getProperty("skep.bpf"), "counters.bpf.o");
    assertThat(object).as("compiled by bpf-programs/build.sh").exists();
    counters = ObjectInspector.inspect(Files.readAllBytes(object));
  }

  @Test
  @DisplayName("A counter from a hash: text, enumerators, numbers and truths are labels")
  void hash() {
    DeclaredMetric metric =
        metric(
            "flows",
            "count",
            10,
            new Label("comm", null),
            new Label("way", "direction"),
            new Label("port", null),
            new Label("local", null));
    metric.entry(flow("sshd", 1, 50000, true), value(3, 0, 0));
    metric.entry(flow("q\"", 7, 0, false), value(5, 0, 0));
    assertThat(page(metric))
        .contains("# TYPE m_total counter\n")
        .contains(
            "m_total{comm=\"sshd\",way=\"DIRECTION_OUT\",port=\"50000\",local=\"true\","
                + OURS
                + "3\n")
        .contains("m_total{comm=\"q\\\"\",way=\"7\",port=\"0\",local=\"false\"," + OURS + "5\n")
        .contains(
            "skep_metric_series_dropped{namespace=\"ns\",name=\"opens\",metric=\"m_total\"} 0");
  }

  @Test
  @DisplayName("Entries that differ only in what is no label are one series, their sum")
  void folded() {
    DeclaredMetric metric = metric("flows", "count", 10, new Label("comm", null));
    metric.entry(flow("a", 0, 1, true), value(3, 0, 0));
    metric.entry(flow("a", 0, 2, true), value(4, 0, 0));
    assertThat(page(metric)).contains("m_total{comm=\"a\"," + OURS + "7\n");
  }

  @Test
  @DisplayName("Per-CPU values are summed, the greatest, or a series each")
  void perCpu() {
    assertThat(perCpu(PerCpu.Sum)).contains(OURS + "12\n");
    assertThat(perCpu(PerCpu.Max)).contains(OURS + "9\n");
    assertThat(perCpu(PerCpu.Label))
        .contains("m_total{key=\"1\",cpu=\"0\"," + OURS + "3\n")
        .contains("cpu=\"2\"")
        .doesNotContain("cpu=\"1\"");
  }

  private static String perCpu(PerCpu how) {
    DeclaredMetric metric = metric("per_cpu_flows", "count", how, 10, new Label("key", null));
    metric.entry(index(1), together(value(3, 0, 0), value(0, 0, 0), value(9, 0, 0)));
    return page(metric);
  }

  @Test
  @DisplayName("Unsigned numbers from 2^63 on and negative ones are what they are")
  void signs() {
    DeclaredMetric unsigned = metric("flows", "bytes", 10);
    unsigned.entry(flow("a", 0, 0, false), value(0, -1, 0));
    assertThat(page(unsigned)).contains(" 18446744073709551615\n");
    DeclaredMetric signed = metric("flows", "last_delta", 10);
    signed.entry(flow("a", 0, 0, false), value(0, 0, -7));
    assertThat(page(signed)).contains(OURS + "-7\n");
    DeclaredMetric greatest = metric("per_cpu_flows", "bytes", PerCpu.Max, 10);
    greatest.entry(index(1), together(value(0, 5, 0), value(0, -1, 0)));
    assertThat(page(greatest)).contains(" 18446744073709551615\n");
    DeclaredMetric least = metric("per_cpu_flows", "last_delta", PerCpu.Max, 10);
    least.entry(index(1), together(value(0, 0, -5), value(0, 0, -1)));
    assertThat(page(least)).contains(OURS + "-1\n");
  }

  @Test
  @DisplayName("An array that fits shows its zeros; a larger one does not")
  void zeros() {
    DeclaredMetric fits = metric("slots", null, 4, new Label("slot", null));
    fits.entry(index(0), longs(0));
    assertThat(page(fits)).contains("slot=\"0\"");
    DeclaredMetric large = metric("slots", null, 3, new Label("slot", null));
    large.entry(index(0), longs(0));
    large.entry(index(1), longs(4));
    assertThat(page(large)).doesNotContain("slot=\"0\"").contains("slot=\"1\"");
  }

  @Test
  @DisplayName("The bound holds, and what it leaves out is said")
  void bounded() {
    DeclaredMetric metric = metric("flows", "count", 2, new Label("port", null));
    for (int port = 0; port < 5; port++) {
      metric.entry(flow("a", 0, port, false), value(1, 0, 0));
    }
    assertThat(page(metric)).contains("metric=\"m_total\"} 3\n");
  }

  @Test
  @DisplayName("The user's label of one of our names is kept apart from ours")
  void reserved() {
    DeclaredMetric metric = metric("flows", "count", 2, new Label("bpf_name", "port"));
    metric.entry(flow("a", 0, 443, false), value(1, 0, 0));
    assertThat(page(metric)).contains("m_total{exported_bpf_name=\"443\"," + OURS);
  }

  private static String page(DeclaredMetric metric) {
    Exposition page = new Exposition();
    metric.write(page);
    assertThat(PageChecker.samples(page.text())).isNotEmpty();
    return page.text();
  }

  private static DeclaredMetric metric(String map, String value, int maxSeries, Label... labels) {
    return metric(map, value, PerCpu.Sum, maxSeries, labels);
  }

  private static DeclaredMetric metric(
      String map, String value, PerCpu perCpu, int maxSeries, Label... labels) {
    Metric metric =
        new Metric(
            "m_total", Metric.Type.counter, null, map, value, List.of(labels), perCpu, maxSeries);
    return new DeclaredMetric(
        PROGRAM,
        MetricLayout.of("metrics[0]", metric, counters),
        counters.map(map).orElseThrow().maxEntries(),
        new Room(100));
  }

  /** A struct flow_key. */
  private static byte[] flow(String comm, int direction, int port, boolean local) {
    ByteBuffer key = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    key.put(comm.getBytes(StandardCharsets.US_ASCII));
    key.putInt(16, direction).putShort(20, (short) port).put(22, (byte) (local ? 1 : 0));
    return key.array();
  }

  /** A struct flow_value. */
  private static byte[] value(long count, long bytes, int delta) {
    return ByteBuffer.allocate(24)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(count)
        .putLong(bytes)
        .putInt(delta)
        .array();
  }

  private static byte[] index(int index) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(index).array();
  }

  private static byte[] longs(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  private static byte[] together(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(parts.length * parts[0].length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
