package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfProgramStatus.FailureGroup;
import dev.skep.api.v1alpha1.BpfProgramStatus.Nodes;
import dev.skep.api.v1alpha1.BpfProgramStatus.Phase;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** Statuses made from other statuses. */
final class Statuses {
  private static final BpfProgramStatus EMPTY =
      new BpfProgramStatus(
          null, null, null, null, null, null, null, null, null, null, null, null, null);

  private Statuses() {}

  /** What is written now; never null. */
  static BpfProgramStatus of(BpfProgram program) {
    return program.getStatus() == null ? EMPTY : program.getStatus();
  }

  /** The status with other usage. */
  static BpfProgramStatus withUsage(BpfProgramStatus s, UsageSummary usage) {
    return new BpfProgramStatus(
        s.observedGeneration(),
        s.phase(),
        s.digest(),
        s.revision(),
        s.previousRevision(),
        s.nodes(),
        usage.runsPerSecond(),
        usage.nanosecondsPerRun(),
        usage.mapMemoryBytes(),
        usage.functions(),
        s.failures(),
        s.leftOut(),
        s.conditions());
  }

  /** The status of a program that is being deleted, with what is left of it. */
  static BpfProgramStatus ofLeaving(
      BpfProgramStatus s,
      long generation,
      Nodes nodes,
      List<FailureGroup> failures,
      List<Condition> conditions) {
    return new BpfProgramStatus(
        generation,
        Phase.Terminating,
        s.digest(),
        s.revision(),
        s.previousRevision(),
        nodes,
        s.runsPerSecond(),
        s.nanosecondsPerRun(),
        s.mapMemoryBytes(),
        s.usage(),
        failures,
        s.leftOut(),
        conditions);
  }
}
