package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfProgramStatus.Phase;
import dev.skep.operator.config.OperatorSettings;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Whether a status is worth writing now. */
sealed interface StatusPace {
  /** Write this one. */
  record Write(BpfProgramStatus status) implements StatusPace {}

  /** Look again after this time. */
  record Wait(Duration time) implements StatusPace {}

  /** What is written says it all. */
  record Keep() implements StatusPace {}

  /**
   * What is remembered between two looks.
   *
   * @param since when the wanted state was first seen
   * @param written when status was last written
   * @param usageWritten when usage was last written
   */
  record Memory(Instant since, Instant written, Instant usageWritten) {}

  static StatusPace of(
      BpfProgramStatus old,
      BpfProgramStatus next,
      Memory memory,
      OperatorSettings.Status settings,
      Instant now) {
    BpfProgramStatus sameUsage = Statuses.withUsage(next, UsageSummary.in(old));
    if (sameUsage.equals(old)) {
      return ofUsage(old, next, memory, settings, now);
    }
    boolean underWay =
        next.phase() == Phase.RollingOut
            || next.phase() == Phase.Terminating
            || Conditions.find(next.conditions(), Conditions.ADMITTED)
                .filter(c -> c.getStatus().equals(Conditions.Truth.UNKNOWN.text))
                .isPresent();
    // A healthy node answers within this; then status goes straight to what it says.
    Duration grace = Duration.between(now, memory.since().plus(settings.grace()));
    if (underWay && next.failures().isEmpty() && grace.isPositive()) {
      return new Wait(grace);
    }
    Duration pause = Duration.between(now, memory.written().plus(settings.pace()));
    if (outline(old).equals(outline(next)) && pause.isPositive()) {
      return new Wait(pause);
    }
    return new Write(keepsUsage(old, next) ? sameUsage : next);
  }

  private static StatusPace ofUsage(
      BpfProgramStatus old,
      BpfProgramStatus next,
      Memory memory,
      OperatorSettings.Status settings,
      Instant now) {
    if (keepsUsage(old, next)
        || !UsageSummary.in(next).differsNoticeablyFrom(UsageSummary.in(old))) {
      return new Keep();
    }
    Duration pause = Duration.between(now, memory.usageWritten().plus(settings.usage()));
    return pause.isPositive() ? new Wait(pause) : new Write(next);
  }

  /** Nodes have not measured the new load yet: the old numbers are better than none. */
  private static boolean keepsUsage(BpfProgramStatus old, BpfProgramStatus next) {
    return next.runsPerSecond() == null
        && old.runsPerSecond() != null
        && (next.nodes() == null || next.nodes().unknown() == 0)
        && next.phase() != Phase.Suspended;
  }

  /** What is worth a write at once; the rest is numbers. */
  private static List<Object> outline(BpfProgramStatus status) {
    return Arrays.asList(
        status.observedGeneration(),
        status.phase(),
        status.revision(),
        status.failures().size(),
        status.conditions().stream().map(StatusPace::outline).toList());
  }

  private static String outline(Condition condition) {
    return condition.getType() + condition.getStatus() + condition.getReason();
  }
}
