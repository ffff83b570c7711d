package dev.skep.node.execute;

import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;

/** When a transient failure is tried again: at most three attempts in any minute, falling. */
public final class Backoff {
  private static final List<Duration> DELAYS =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(25),
          Duration.ofSeconds(60),
          Duration.ofSeconds(120),
          Duration.ofSeconds(240),
          Duration.ofSeconds(300));
  private static final double JITTER = 0.2;

  private Backoff() {}

  /**
   * How long to wait.
   *
   * @param failures attempts that failed in a row, at least 1
   * @param random from 0 to 1: spreads the nodes of a fleet
   */
  public static Duration after(int failures, DoubleSupplier random) {
    Duration delay = DELAYS.get(Math.min(failures, DELAYS.size()) - 1);
    double factor = 1 + JITTER * (2 * random.getAsDouble() - 1);
    return Duration.ofMillis(Math.round(delay.toMillis() * factor));
  }
}
