package dev.skep.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.LoadRequest;
import dev.skep.node.kernel.RunStatistics;
import dev.skep.node.kernel.SimulatedKernel;
import dev.skep.node.kernel.WantedLink;
import dev.skep.node.report.RunningProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeMetricsTest {
  private static final LoadKey OLD = new LoadKey("ns", "opens", "aaaa");
  private static final LoadKey NEW = new LoadKey("ns", "opens", "bbbb");
  private static final String RUNS =
      "skep_program_run_total{namespace=\"ns\",name=\"opens\",function=\"on_open\"}";

  private final SimulatedKernel kernel = new SimulatedKernel();
  private LoadKey current = OLD;
  private long now;
  private NodeMetrics metrics;

  @TempDir private Path state;

  @BeforeEach
  void start() {
    metrics =
        new NodeMetrics(kernel, this::running, new DaemonCounters(), "1.2.3", state, () -> now);
  }

  private List<RunningProgram> running() {
    return List.of(
        new RunningProgram(
            "ns",
            "opens",
            State.Attached,
            Optional.empty(),
            kernel.observe(current),
            () -> {
              throw new AssertionError("no metric is declared, so the object is not needed");
            },
            Optional.of(Duration.ofMillis(3))));
  }

  @Test
  @DisplayName("The page is valid, and shows state, links, load time and runs")
  void always() {
    load(OLD);
    kernel.attach(OLD, WantedLink.of("on_open", new Tracepoint("syscalls/sys_enter_open")));
    kernel.run(OLD, "on_open", new RunStatistics(10, 2_000_000_000L, 1));
    Map<String, Double> samples = scrape();
    assertThat(samples)
        .containsEntry(
            "skep_program_state{namespace=\"ns\",name=\"opens\",state=\"Attached\"}", 1.0)
        .containsEntry("skep_program_load_seconds{namespace=\"ns\",name=\"opens\"}", 0.003)
        .containsEntry(
            "skep_program_links{namespace=\"ns\",name=\"opens\",function=\"on_open\"}", 1.0)
        .containsEntry(RUNS, 10.0)
        .containsEntry(RUNS.replace("run_total", "run_seconds_total"), 2.0)
        .containsEntry(RUNS.replace("run_total", "recursion_misses_total"), 1.0)
        .containsEntry("skep_build_info{version=\"1.2.3\"}", 1.0)
        .containsKey("process_resident_memory_bytes");
  }

  @Test
  @DisplayName("Runs do not go down when a program is replaced by a new load")
  void replaced() {
    load(OLD);
    kernel.run(OLD, "on_open", new RunStatistics(10, 10, 0));
    assertThat(scrape()).containsEntry(RUNS, 10.0);
    load(NEW);
    kernel.run(NEW, "on_open", new RunStatistics(2, 2, 0));
    current = NEW;
    assertThat(scrape()).containsEntry(RUNS, 12.0);
    kernel.run(NEW, "on_open", new RunStatistics(5, 5, 0));
    assertThat(scrape()).containsEntry(RUNS, 15.0);
    start();
    assertThat(scrape()).as("after a restart of the daemon").containsEntry(RUNS, 15.0);
  }

  @Test
  @DisplayName("Runs do not go down when the same load is made anew after it was taken off")
  void anew() {
    load(OLD);
    kernel.run(OLD, "on_open", new RunStatistics(10, 10, 0));
    assertThat(scrape()).containsEntry(RUNS, 10.0);
    kernel.run(OLD, "on_open", new RunStatistics(3, 3, 0));
    assertThat(scrape()).containsEntry(RUNS, 13.0);
  }

  @Test
  @DisplayName("Within a second the page is the same, and the kernel is not asked")
  void cached() {
    load(OLD);
    kernel.run(OLD, "on_open", new RunStatistics(10, 10, 0));
    String first = metrics.scrape();
    kernel.run(OLD, "on_open", new RunStatistics(11, 11, 0));
    now += 999_000_000L;
    assertThat(metrics.scrape()).isSameAs(first);
    now += 1_000_000L;
    assertThat(metrics.scrape()).contains(RUNS + " 11\n");
  }

  @Test
  @DisplayName("A program of which nothing is loaded shows its state and nothing else")
  void notLoaded() {
    assertThat(scrape().keySet())
        .anyMatch(s -> s.startsWith("skep_program_state"))
        .noneMatch(s -> s.startsWith("skep_program_run"));
  }

  private void load(LoadKey key) {
    kernel.load(
        new LoadRequest(key, new byte[0], null, Set.of("on_open"), Map.of(), List.of(), List.of()));
  }

  private Map<String, Double> scrape() {
    now += 2_000_000_000L;
    return PageChecker.samples(metrics.scrape());
  }
}
