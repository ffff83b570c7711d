package dev.skep.tests.bench;

import java.util.function.ToDoubleFunction;

/** What a figure should not exceed. */
record Goal(String of, ToDoubleFunction<Samples> statistic, double atMost) {
  static Goal median(double atMost) {
    return new Goal("p50", Samples::median, atMost);
  }

  static Goal p95(double atMost) {
    return new Goal("p95", Samples::p95, atMost);
  }

  static Goal max(double atMost) {
    return new Goal("max", Samples::max, atMost);
  }

  boolean isMet(Samples samples) {
    return statistic.applyAsDouble(samples) <= atMost;
  }
}
