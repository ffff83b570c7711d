package dev.skep.operator.image;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt.
 *
 * @param first after the first failure; it doubles with each further one
 * @param limit no wait is longer
 */
record Backoff(Duration first, Duration limit) {
  /**
   * @param failures how many attempts failed in a row, from 1
   * @param random spreads waits by a fifth both ways, so that not all programs ask at once
   */
  Duration after(Failure failure, int failures, RandomGenerator random) {
    // What only a new image can mend: a tag may move, so look again, but rarely.
    Duration base =
        failure.reason().retry() == Reason.Retry.PERMANENT
            ? limit
            : first.multipliedBy(1L << Math.min(failures - 1, 20));
    Duration wait = base.compareTo(limit) > 0 ? limit : base;
    return Duration.ofMillis((long) (wait.toMillis() * random.nextDouble(0.8, 1.2)));
  }
}
