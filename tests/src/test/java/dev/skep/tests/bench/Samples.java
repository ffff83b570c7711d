package dev.skep.tests.bench;

import java.util.Arrays;
import java.util.Collection;

/** What one quantity measured, smallest first. */
record Samples(double[] sorted) {
  Samples {
    if (sorted.length == 0) {
      throw new IllegalArgumentException("nothing was measured");
    }
  }

  static Samples of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Samples(sorted);
  }

  static Samples of(Collection<Double> values) {
    return of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  int n() {
    return sorted.length;
  }

  double min() {
    return sorted[0];
  }

  double median() {
    return percentile(50);
  }

  double p95() {
    return percentile(95);
  }

  double max() {
    return sorted[sorted.length - 1];
  }

  /** The nearest rank: always a value that was measured. */
  double percentile(double percent) {
    return sorted[Math.max(0, (int) Math.ceil(percent / 100 * sorted.length) - 1)];
  }
}
