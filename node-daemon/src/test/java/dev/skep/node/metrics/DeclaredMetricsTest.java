package dev.skep.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.BpfRevisionSpec;
import dev.skep.api.v1alpha1.Metric;
import dev.skep.api.v1alpha1.Metric.Label;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.LoadRequest;
import dev.skep.node.kernel.SimulatedKernel;
import dev.skep.node.kernel.SimulatedKernel.Entry;
import dev.skep.node.report.RunningProgram;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole pages with the maps of tests/src/test/bpf/counters.bpf.c, filled by hand. */
class DeclaredMetricsTest {
  private static final LoadKey FIRST = new LoadKey("ns", "first", "aaaa");
  private static final LoadKey SECOND = new LoadKey("ns", "second", "bbbb");

  private final SimulatedKernel kernel = new SimulatedKernel();
  private final List<RunningProgram> running = new ArrayList<>();
  private long now;

  /** What the clock goes on by each time it is looked at. */
  private long step;

  private NodeMetrics metrics;

  @TempDir private Path state;

  private ObjectReport counters;

  @BeforeEach
  void load() throws IOException {
    metrics =
        new NodeMetrics(kernel, () -> running, new DaemonCounters(), "1", state, () -> now += step);
    counters =
        ObjectInspector.inspect(
            Files.readAllBytes(Path.of(System.getProperty("skep.bpf"), "counters.bpf.o")));
    for (LoadKey key : List.of(FIRST, SECOND)) {
      kernel.load(
          new LoadRequest(
              key, new byte[0], counters, Set.of("on_openat"), Map.of(), List.of(), List.of()));
    }
  }

  @Test
  @DisplayName("One name from two programs is one family, told apart by bpf_name")
  void oneNameTwice() {
    kernel.fill(FIRST, "slots", slots(1, 2));
    kernel.fill(SECOND, "slots", slots(3, 4));
    running.add(program(FIRST, slotMetric("slots_total")));
    running.add(program(SECOND, slotMetric("slots_total")));
    assertThat(scrape())
        .containsEntry("slots_total{slot=\"1\",bpf_namespace=\"ns\",bpf_name=\"first\"}", 2.0)
        .containsEntry("slots_total{slot=\"1\",bpf_namespace=\"ns\",bpf_name=\"second\"}", 4.0)
        .containsEntry("skep_map_entries{namespace=\"ns\",name=\"first\",map=\"flows\"}", 0.0)
        .doesNotContainKey("skep_map_entries{namespace=\"ns\",name=\"first\",map=\"slots\"}");
  }

  @Test
  @DisplayName("A metric that the object cannot give is said, and the page stays whole")
  void unreadable() {
    running.add(
        program(
            FIRST,
            new Metric("bad", Metric.Type.gauge, null, "flows", "nothing", null, null, null)));
    assertThat(scrape())
        .containsEntry("skep_metric_readable{namespace=\"ns\",name=\"first\",metric=\"bad\"}", 0.0)
        .doesNotContainKey("bad");
  }

  @Test
  @DisplayName("A metric that is declared no more is gone at the next scrape")
  void undeclared() {
    kernel.fill(FIRST, "slots", slots(1));
    running.add(program(FIRST, slotMetric("slots_total")));
    assertThat(scrape().keySet()).anyMatch(s -> s.startsWith("slots_total"));
    running.set(0, program(FIRST));
    assertThat(scrape().keySet()).noneMatch(s -> s.contains("slots_total"));
  }

  @Test
  @DisplayName("When time is used up maps are left unread, that is said, and each gets its turn")
  void outOfTime() {
    kernel.fill(FIRST, "slots", slots(1));
    kernel.fill(SECOND, "slots", slots(1));
    running.add(program(FIRST, slotMetric("first_total")));
    running.add(program(SECOND, slotMetric("second_total")));
    step = 190_000_000;
    Map<String, Double> one = scrape();
    Map<String, Double> other = scrape();
    assertThat(one).containsEntry("skep_scrape_programs_unread", 1.0);
    assertThat(one.keySet())
        .anyMatch(s -> s.startsWith("first_total"))
        .noneMatch(s -> s.startsWith("second_total"));
    assertThat(other.keySet()).anyMatch(s -> s.startsWith("second_total"));
  }

  private Map<String, Double> scrape() {
    now += 2_000_000_000L;
    return PageChecker.samples(metrics.scrape());
  }

  private static Metric slotMetric(String name) {
    return new Metric(
        name,
        Metric.Type.counter,
        null,
        "slots",
        null,
        List.of(new Label("slot", null)),
        null,
        null);
  }

  private RunningProgram program(LoadKey key, Metric... declared) {
    BpfRevision revision = new BpfRevision();
    revision.setSpec(
        new BpfRevisionSpec(
            key.name(), null, key.load(), null, null, null, null, List.of(declared), null));
    return new RunningProgram(
        key.namespace(),
        key.name(),
        State.Attached,
        Optional.of(revision),
        kernel.observe(key),
        () -> counters,
        Optional.empty());
  }

  private static List<Entry> slots(long... values) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      entries.add(
          new Entry(
              ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(i).array(),
              ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(values[i]).array()));
    }
    return entries;
  }
}
