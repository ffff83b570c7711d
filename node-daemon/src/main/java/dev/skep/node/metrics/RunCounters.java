package dev.skep.node.metrics;

import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.RunStatistics;
import dev.skep.node.metrics.Exposition.Type;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Runs of every function as counters that do not go down when a program is replaced: the kernel
 * counts each load from zero, so what the earlier loads had counted is kept and added. What a load
 * counts between the last scrape and its end is lost.
 */
final class RunCounters {
  private static final RunStatistics ZERO = new RunStatistics(0, 0, 0);

  /**
   * @param load the load that was seen last
   * @param before sum over those before it, which may have had the same name: one that is taken off
   *     and made again counts from zero
   * @param now what the kernel showed of it last
   */
  record Count(String load, RunStatistics before, RunStatistics now) {
    Count seen(String current, RunStatistics statistics) {
      return current.equals(load) && statistics.runs() >= now.runs()
          ? new Count(load, before, statistics)
          : new Count(current, total(), statistics);
    }

    RunStatistics total() {
      return new RunStatistics(
          before.runs() + now.runs(),
          before.nanoseconds() + now.nanoseconds(),
          before.recursionMisses() + now.recursionMisses());
    }
  }

  private final RunLedger ledger;
  private final Map<String, Map<String, Count>> counts;
  private boolean changed;

  RunCounters(RunLedger ledger) {
    this.ledger = ledger;
    this.counts = ledger.read();
  }

  void write(Exposition page, LoadKey load, Map<String, RunStatistics> statistics) {
    Map<String, Count> functions = counts.computeIfAbsent(load.program(), p -> new HashMap<>());
    statistics.forEach(
        (function, now) -> {
          Count last = functions.getOrDefault(function, new Count(load.load(), ZERO, ZERO));
          Count count = last.seen(load.load(), now);
          changed |= !count.before().equals(last.before());
          functions.put(function, count);
          write(page, load, function, count.total());
        });
  }

  /** Forgets the programs that are not there any more, and keeps the rest for the next daemon. */
  void keep(Set<String> programs) {
    // None at all is what a daemon knows before it has looked; what is kept too long harms nobody.
    changed |= !programs.isEmpty() && counts.keySet().retainAll(programs);
    if (changed) {
      ledger.write(counts);
      changed = false;
    }
  }

  private static void write(Exposition page, LoadKey load, String function, RunStatistics total) {
    Labels labels =
        Labels.of("namespace", load.namespace()).and("name", load.name()).and("function", function);
    page.sample(
            "skep_program_run_total", Type.counter, "Times a program ran.", labels, total.runs())
        .sample(
            "skep_program_run_seconds_total",
            Type.counter,
            "Time a program took, all its runs together.",
            labels,
            total.nanoseconds() / 1e9)
        .sample(
            "skep_program_recursion_misses_total",
            Type.counter,
            "Times a program was not run because it was running already on that CPU.",
            labels,
            total.recursionMisses());
  }
}
