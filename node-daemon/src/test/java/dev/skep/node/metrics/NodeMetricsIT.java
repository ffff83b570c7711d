package dev.skep.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.BpfRevisionSpec;
import dev.skep.api.v1alpha1.Metric;
import dev.skep.api.v1alpha1.Metric.Label;
import dev.skep.api.v1alpha1.Metric.PerCpu;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.node.kernel.Journal;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.LinuxKernel;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.LoadRequest;
import dev.skep.node.kernel.ObservedLink;
import dev.skep.node.kernel.WantedLink;
import dev.skep.node.report.RunningProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics of tests/src/test/bpf/counters.bpf.c while it counts on the running kernel. */
class NodeMetricsIT {
  private static final Path PINS =
      Path.of("/sys/fs/bpf/skep-metricsit-" + ProcessHandle.current().pid());
  private static final LoadKey OLD = new LoadKey("ns", "counters", "aaaa");
  private static final LoadKey NEW = new LoadKey("ns", "counters", "bbbb");
  private static final String RUNS =
      "skep_program_run_total{namespace=\"ns\",name=\"counters\",function=\"on_openat\"}";

  @TempDir private Path state;
  private Kernel kernel;
  private byte[] object;
  private ObjectReport report;
  private LoadKey current;
  private List<Metric> declared =
      List.of(
          metric(
              "flows_total",
              "flows",
              "count",
              PerCpu.Sum,
              new Label("comm", null),
              new Label("way", "direction")),
          metric("slots_total", "slots", null, PerCpu.Sum, new Label("slot", null)),
          metric("per_cpu_total", "per_cpu_slots", null, PerCpu.Sum),
          metric("per_cpu_flows", "per_cpu_flows", "bytes", PerCpu.Label));
  private NodeMetrics metrics;
  private long now;

  @BeforeEach
  void load() throws IOException {
    assumeThat(System.getProperty("user.name")).as("bpf() is root's").isEqualTo("root");
    object = Files.readAllBytes(Path.of(System.getProperty("skep.bpf"), "counters.bpf.o"));
    report = ObjectInspector.inspect(object);
    kernel = new LinuxKernel(PINS, new Journal(state.resolve("journal"), "test"));
    metrics =
        new NodeMetrics(
            kernel, () -> List.of(program()), new DaemonCounters(), "1", state, () -> now);
    run(OLD, List.of());
  }

  @AfterEach
  void unload() throws IOException {
    if (kernel != null) {
      for (LoadKey key : List.of(OLD, NEW)) {
        end(key);
      }
      kernel.close();
      Files.deleteIfExists(PINS);
    }
  }

  @Test
  @DisplayName("Declared metrics count what the program counts, in each kind of map")
  void declared() throws IOException {
    openFiles(500);
    Map<String, Double> samples = scrape();
    assertThat(sum(samples, "flows_total")).isGreaterThanOrEqualTo(500);
    assertThat(samples.keySet())
        .anyMatch(s -> s.matches("flows_total\\{comm=\".+\",way=\"DIRECTION_OUT\",bpf_.*"));
    assertThat(sum(samples, "slots_total{slot=\"1\"")).isGreaterThanOrEqualTo(500);
    assertThat(sum(samples, "slots_total{slot=\"0\"")).isZero();
    assertThat(sum(samples, "per_cpu_total")).isGreaterThanOrEqualTo(500);
    assertThat(samples.keySet()).anyMatch(s -> s.startsWith("per_cpu_flows{cpu=\""));
    assertThat(samples)
        .containsEntry(
            "skep_map_entries{namespace=\"ns\",name=\"counters\",map=\"per_cpu_flows\"}", 1.0);
    assertThat(samples.get(RUNS)).isGreaterThanOrEqualTo(500);
    assertThat(samples.get(RUNS.replace("run_total", "run_seconds_total"))).isPositive();
    assertThat(samples.get("skep_scrape_errors_total")).isZero();
  }

  @Test
  @DisplayName("A new load that takes over the maps goes on where the old one was, runs included")
  void replaced() throws IOException {
    openFiles(200);
    Map<String, Double> before = scrape();
    run(NEW, List.of(OLD));
    end(OLD);
    openFiles(200);
    Map<String, Double> after = scrape();
    assertThat(after.get(RUNS)).isGreaterThanOrEqualTo(before.get(RUNS) + 200);
    assertThat(sum(after, "flows_total")).isGreaterThanOrEqualTo(sum(before, "flows_total") + 200);
  }

  @Test
  @DisplayName("A declared metric reads a global variable")
  void globals() throws IOException {
    end(OLD);
    object = Files.readAllBytes(Path.of(System.getProperty("skep.bpf"), "globals.bpf.o"));
    report = ObjectInspector.inspect(object);
    declared =
        List.of(
            metric("seen_total", ".bss", "seen", PerCpu.Sum),
            metric("next_id", ".data", null, PerCpu.Sum),
            metric("peer_port", ".rodata", "peer.port", PerCpu.Sum));
    run(NEW, List.of());
    openFiles(300);

    Map<String, Double> samples = scrape();

    assertThat(sum(samples, "seen_total")).isGreaterThanOrEqualTo(300);
    assertThat(sum(samples, "next_id")).isGreaterThan(100);
    assertThat(sum(samples, "peer_port")).isEqualTo(53);
  }

  private void run(LoadKey key, List<LoadKey> reuse) {
    kernel.load(
        new LoadRequest(key, object, report, Set.of("on_openat"), Map.of(), List.of(), reuse));
    kernel.attach(key, WantedLink.of("on_openat", new Tracepoint("syscalls/sys_enter_openat")));
    current = key;
  }

  private void end(LoadKey key) {
    kernel
        .observe(key)
        .ifPresent(
            load -> {
              for (ObservedLink link : new ArrayList<>(load.links())) {
                kernel.detach(link);
              }
              kernel.unload(key);
            });
  }

  private RunningProgram program() {
    BpfRevision revision = new BpfRevision();
    revision.setSpec(
        new BpfRevisionSpec(
            "counters", null, current.load(), null, null, null, null, declared, null));
    return new RunningProgram(
        "ns",
        "counters",
        State.Attached,
        Optional.of(revision),
        kernel.observe(current),
        () -> report,
        Optional.of(Duration.ofMillis(1)));
  }

  private static Metric metric(
      String name, String map, String value, PerCpu perCpu, Label... labels) {
    return new Metric(name, Metric.Type.counter, null, map, value, List.of(labels), perCpu, 1000);
  }

  private Map<String, Double> scrape() {
    now += 2_000_000_000L;
    return PageChecker.samples(metrics.scrape());
  }

  private static double sum(Map<String, Double> samples, String start) {
    return samples.entrySet().stream()
        .filter(s -> s.getKey().startsWith(start))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  private static void openFiles(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Files.newInputStream(Path.of("/proc/self/comm")).close();
    }
  }
}
