package dev.skep.node.agent;

import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.node.execute.Backoff;
import dev.skep.node.kernel.WantedLink;
import dev.skep.node.report.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;

/**
 * When one program is tried again: a target that is not there is looked for every second, which is
 * no attempt; what else may pass is tried with growing pauses, a place that something else holds at
 * least every half minute; what is permanent is left alone until something else is wanted.
 */
final class Retries {
  static final Duration LOOK_FOR_TARGET = Duration.ofSeconds(1);

  /** Nobody tells when what is not Skep's lets go of a place; only attaching can tell. */
  static final Duration LOOK_FOR_PLACE = Duration.ofSeconds(30);

  private final DoubleSupplier random;
  private Optional<AssignedRevision> goal = Optional.empty();
  private boolean begun;
  private int failures;
  private List<WantedLink> waitingFor = List.of();
  private Instant retryAt = Instant.MAX;

  Retries(DoubleSupplier random) {
    this.random = random;
  }

  /**
   * What is about to be tried; another goal than the last begins anew.
   *
   * @param goal the revision to have, or empty to let go
   */
  void begin(Optional<AssignedRevision> goal) {
    if (!begun || !goal.equals(this.goal)) {
      this.goal = goal;
      begun = true;
      failures = 0;
      waitingFor = List.of();
      retryAt = Instant.MAX;
    }
  }

  /** Whether an attempt is in vain now: too early, and no target appeared since the last. */
  boolean inVain(Instant now, Predicate<WantedLink> missing) {
    return !waitingFor.isEmpty() && now.isBefore(retryAt) && waitingFor.stream().allMatch(missing);
  }

  /**
   * An attempt ended.
   *
   * @param left what went wrong
   * @param waitingFor of that, the links whose target is not there
   * @param arrived whether the goal was reached
   * @return when to look again; empty when only a change helps
   */
  Optional<Duration> ended(
      List<Failure> left, List<WantedLink> waitingFor, boolean arrived, Instant now) {
    this.waitingFor = waitingFor;
    retryAt = Instant.MAX;
    boolean mayPass = left.stream().anyMatch(Retries::mayPass) || left.isEmpty() && !arrived;
    if (!mayPass) {
      if (left.isEmpty()) {
        failures = 0;
      }
      return waitingFor.isEmpty() ? Optional.empty() : Optional.of(LOOK_FOR_TARGET);
    }
    Duration pause = Backoff.after(++failures, random);
    if (pause.compareTo(LOOK_FOR_PLACE) > 0
        && left.stream().anyMatch(f -> f.reason().waitsForPlace())) {
      pause = LOOK_FOR_PLACE;
    }
    retryAt = now.plus(pause);
    return Optional.of(waitingFor.isEmpty() ? pause : LOOK_FOR_TARGET);
  }

  private static boolean mayPass(Failure failure) {
    return failure.reason().retry() == Reason.Retry.TRANSIENT
        && !Standing.waitsForTarget(failure.reason());
  }
}
