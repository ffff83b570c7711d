package dev.skep.node.report;

import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.RunStatistics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Rates from the kernel's running totals, and when they are worth a write: at most once a minute,
 * only what moved by a tenth; a function not yet spoken of is, as soon as it has a rate. No clock
 * of its own.
 */
final class UsageMeter {
  static final Duration FIRST_WINDOW = Duration.ofSeconds(5);
  static final Duration WINDOW = Duration.ofSeconds(15);
  static final Duration BETWEEN_WRITES = Duration.ofMinutes(1);
  private static final double NOTICEABLE = 0.1;

  private final Map<Function, Meter> meters = new HashMap<>();
  private Instant written = Instant.MIN;

  /** One function of one load. */
  record Function(LoadKey load, String name) {}

  /** What a function costs. */
  record Rate(double runsPerSecond, long nanosecondsPerRun) {
    boolean moved(Rate from) {
      return moved(runsPerSecond, from.runsPerSecond)
          || moved(nanosecondsPerRun, from.nanosecondsPerRun);
    }

    private static boolean moved(double now, double before) {
      return Math.abs(now - before) > NOTICEABLE * Math.abs(before);
    }
  }

  private record Meter(Instant since, RunStatistics base, Rate rate, Rate spoken) {}

  /** Takes totals in; loads that are not among them are forgotten. */
  void sample(Map<LoadKey, Map<String, RunStatistics>> totals, Instant now) {
    meters.keySet().removeIf(f -> !totals.getOrDefault(f.load(), Map.of()).containsKey(f.name()));
    totals.forEach(
        (load, functions) ->
            functions.forEach(
                (name, total) ->
                    meters.compute(
                        new Function(load, name), (key, meter) -> next(meter, total, now))));
  }

  private static Meter next(Meter meter, RunStatistics total, Instant now) {
    if (meter == null || total.runs() < meter.base().runs()) {
      return new Meter(now, total, null, meter == null ? null : meter.spoken());
    }
    Duration elapsed = Duration.between(meter.since(), now);
    if (elapsed.compareTo(meter.rate() == null ? FIRST_WINDOW : WINDOW) < 0) {
      return meter;
    }
    long runs = total.runs() - meter.base().runs();
    long nanoseconds = total.nanoseconds() - meter.base().nanoseconds();
    double perSecond = Math.round(runs * 10e9 / elapsed.toNanos()) / 10.0;
    return new Meter(
        now, total, new Rate(perSecond, runs == 0 ? 0 : nanoseconds / runs), meter.spoken());
  }

  /** Whether there is something to say, and it is time to. */
  boolean due(Instant now) {
    boolean newcomer =
        meters.values().stream().anyMatch(m -> m.rate() != null && m.spoken() == null);
    boolean moved =
        meters.values().stream()
            .anyMatch(m -> m.rate() != null && m.spoken() != null && m.rate().moved(m.spoken()));
    return newcomer || moved && !now.isBefore(nextWrite());
  }

  private Instant nextWrite() {
    return written.equals(Instant.MIN) ? written : written.plus(BETWEEN_WRITES);
  }

  /** What is to be said now, by function; from here on it counts as said. */
  Map<Function, Rate> speak(Instant now) {
    written = now;
    meters.replaceAll((key, m) -> new Meter(m.since(), m.base(), m.rate(), m.rate()));
    Map<Function, Rate> rates = new HashMap<>();
    meters.forEach((key, m) -> Optional.ofNullable(m.rate()).ifPresent(r -> rates.put(key, r)));
    return rates;
  }
}
