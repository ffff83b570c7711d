package dev.skep.node.report;

import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.kernel.RunStatistics;
import dev.skep.node.log.Log;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Asks the kernel what programs cost, and lets the reporter say so when it is worth it. */
public final class UsageSampler implements Runnable {
  public static final Duration PERIOD = Duration.ofSeconds(5);
  private static final Log LOG = Log.of(UsageSampler.class);

  private final Kernel kernel;
  private final Supplier<List<RunningProgram>> programs;
  private final StatusReporter reporter;
  private final UsageMeter meter = new UsageMeter();

  public UsageSampler(
      Kernel kernel, Supplier<List<RunningProgram>> programs, StatusReporter reporter) {
    this.kernel = kernel;
    this.programs = programs;
    this.reporter = reporter;
  }

  @Override
  public void run() {
    Map<LoadKey, Map<String, RunStatistics>> totals = new HashMap<>();
    for (RunningProgram program : programs.get()) {
      program.load().map(ObservedLoad::key).ifPresent(load -> totals.put(load, statistics(load)));
    }
    Instant now = Instant.now();
    meter.sample(totals, now);
    if (meter.due(now)) {
      Map<LoadKey, ObservedLoad> loads = new HashMap<>();
      totals.keySet().forEach(load -> kernel.observe(load).ifPresent(o -> loads.put(load, o)));
      reporter.usage(meter.speak(now), loads.values());
    }
  }

  private Map<String, RunStatistics> statistics(LoadKey load) {
    try {
      return kernel.statistics(load);
    } catch (Refusal gone) {
      LOG.debug("no statistics", "load", load, "cause", gone.getMessage());
      return Map.of();
    }
  }
}
