package dev.skep.tests.bench;

import java.util.List;

/**
 * One row of the table.
 *
 * @param name what was measured
 * @param unit ms, MiB, packets, …
 * @param samples the measurements
 * @param goals what it should not exceed; empty for a baseline
 * @param bpfman the same of bpfman, measured on this kind of machine before; empty without one
 * @param note how it was measured, where that is not plain
 */
record Figure(
    String name, String unit, Samples samples, List<Goal> goals, String bpfman, String note) {

  static Figure of(String name, String unit, Samples samples, Goal... goals) {
    return new Figure(name, unit, samples, List.of(goals), "", "");
  }

  Figure bpfman(String figure) {
    return new Figure(name, unit, samples, goals, figure, note);
  }

  Figure note(String text) {
    return new Figure(name, unit, samples, goals, bpfman, text);
  }

  boolean isMet() {
    return goals.stream().allMatch(g -> g.isMet(samples));
  }
}
