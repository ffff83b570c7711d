package dev.skep.node.metrics;

import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.ObservedLink;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.metrics.Exposition.Type;
import dev.skep.node.report.RunningProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The page behind /metrics. One scrape reads the kernel; others within the next second are given
 * the same page, and a scrape stops reading maps when its time is used up, so that however often it
 * is asked, the daemon's work is bounded.
 */
public final class NodeMetrics {
  /** The Content-Type of the page. */
  public static final String CONTENT_TYPE = Exposition.CONTENT_TYPE;

  private static final long FRESH = Duration.ofSeconds(1).toNanos();
  private static final long BUDGET = Duration.ofSeconds(2).toNanos();

  private final Kernel kernel;
  private final Supplier<List<RunningProgram>> programs;
  private final DaemonCounters counters;
  private final LongSupplier nanoTime;
  private final String version;
  private final RunCounters runs;
  private final MapMetrics maps;
  private String page;
  private long writtenAt;
  private int first;

  /**
   * @param kernel where numbers are read
   * @param programs the programs of this node; asked at each scrape
   * @param counters what the daemon counts of itself
   * @param version the daemon's
   * @param stateDir folder for what must outlive the daemon
   * @param nanoTime the clock, as System.nanoTime
   */
  public NodeMetrics(
      Kernel kernel,
      Supplier<List<RunningProgram>> programs,
      DaemonCounters counters,
      String version,
      Path stateDir,
      LongSupplier nanoTime) {
    this.kernel = kernel;
    this.programs = programs;
    this.counters = counters;
    this.version = version;
    this.nanoTime = nanoTime;
    this.runs = new RunCounters(new RunLedger(stateDir.resolve("runs.json")));
    this.maps = new MapMetrics(kernel, nanoTime);
  }

  /** The page, at most a second old. */
  public synchronized String scrape() {
    long now = nanoTime.getAsLong();
    if (page == null || now - writtenAt >= FRESH) {
      page = write(now);
      writtenAt = now;
    }
    return page;
  }

  private String write(long start) {
    Exposition exposition = new Exposition();
    List<RunningProgram> running = programs.get();
    running.forEach(program -> always(exposition, program));
    readMaps(exposition, running, start + BUDGET);
    forget(exposition, running);
    exposition.sample("skep_build_info", Type.gauge, "1.", Labels.of("version", version), 1);
    counters.write(exposition);
    ProcessMetrics.write(exposition);
    exposition.sample(
        "skep_scrape_duration_seconds",
        Type.gauge,
        "Time this page took.",
        Labels.none(),
        (nanoTime.getAsLong() - start) / 1e9);
    return exposition.text();
  }

  private void always(Exposition exposition, RunningProgram program) {
    exposition.sample(
        "skep_program_state",
        Type.gauge,
        "1 for the state a program is in on this node.",
        Labels.of(program).and("state", program.state().name()),
        1);
    program
        .loadTime()
        .ifPresent(
            time ->
                exposition.sample(
                    "skep_program_load_seconds",
                    Type.gauge,
                    "Time the last load of a program took; absent when it was adopted.",
                    Labels.of(program),
                    time.toNanos() / 1e9));
    program.load().ifPresent(load -> running(exposition, program, load));
  }

  private void running(Exposition exposition, RunningProgram program, ObservedLoad load) {
    Map<String, Long> links =
        load.links().stream()
            .filter(ObservedLink::alive)
            .collect(
                Collectors.groupingBy(ObservedLink::function, TreeMap::new, Collectors.counting()));
    links.forEach(
        (function, count) ->
            exposition.sample(
                "skep_program_links",
                Type.gauge,
                "Targets a function is attached to.",
                Labels.of(program).and("function", function),
                count));
    try {
      runs.write(exposition, load.key(), kernel.statistics(load.key()));
    } catch (Refusal gone) {
      // Replaced since it was observed; the next scrape sees the new load.
    }
  }

  /** Each scrape begins with another program, so that no one is always the one that is too late. */
  private void readMaps(Exposition exposition, List<RunningProgram> running, long deadline) {
    int count = running.size();
    for (int i = 0; i < count; i++) {
      RunningProgram program = running.get((first + i) % count);
      program.load().ifPresent(load -> maps.write(exposition, program, load, deadline));
    }
    first = count == 0 ? 0 : (first + 1) % count;
  }

  private void forget(Exposition exposition, List<RunningProgram> running) {
    Set<String> names = new HashSet<>();
    Set<LoadKey> loads = new HashSet<>();
    for (RunningProgram program : running) {
      names.add(program.namespace() + "/" + program.name());
      program.load().ifPresent(load -> loads.add(load.key()));
    }
    runs.keep(names);
    maps.endScrape(exposition, loads);
  }
}
