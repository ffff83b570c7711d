package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.operator.node.NodeView;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** When something changes that no event tells of. */
final class LookAgain {
  private static final Duration LATEST = Duration.ofHours(1);
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final Set<Reason> UNTOLD = Set.of(Reason.ConfigMapNotFound, Reason.InternalError);

  private LookAgain() {}

  static UpdateControl<BpfProgram> after(Instant now, Stream<Optional<Instant>> times) {
    Instant latest = now.plus(LATEST);
    Instant next =
        times
            .flatMap(Optional::stream)
            // What is past was not done now: it waits for something that an event tells of.
            .filter(t -> !t.isBefore(now))
            .map(t -> t.isAfter(latest) ? latest : t)
            .min(Comparator.naturalOrder())
            .orElse(latest);
    // A timer that fires early would look again for nothing.
    return UpdateControl.<BpfProgram>noUpdate()
        .rescheduleAfter(Duration.between(now, next).plusMillis(1));
  }

  /**
   * A ConfigMap that the operator may not read tells nothing, not even that it may be read now; nor
   * does memory that was short.
   */
  static Optional<Instant> whenRefused(Candidate candidate, Instant now) {
    return candidate instanceof Candidate.Refused(List<Failure> failures)
            && failures.stream().anyMatch(f -> UNTOLD.contains(f.reason()))
        ? Optional.of(now.plus(SOON))
        : Optional.empty();
  }

  static Optional<Instant> whenOneFallsSilent(
      List<NodeView> nodes, Duration unknownAfter, Instant now) {
    return nodes.stream()
        .map(n -> n.unknownFrom(unknownAfter))
        .filter(t -> t.isAfter(now))
        .min(Comparator.naturalOrder());
  }
}
