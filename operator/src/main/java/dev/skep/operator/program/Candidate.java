package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.artifact.admit.Revisions;
import java.util.List;
import java.util.Optional;

/** What became of a specification. */
public sealed interface Candidate {
  /**
   * The revision that nodes are told to run: what may run, else what ran before. That the program
   * shall stop needs no image and no ConfigMap, which may be away when it matters most.
   *
   * @param current the revision that was decided for last, if it is there
   */
  default Optional<BpfRevision> decides(BpfProgram program, Optional<BpfRevision> current) {
    if (this instanceof Admitted(BpfRevision revision)) {
      return Optional.of(revision);
    }
    return program.getSpec().mode() == Mode.Suspend
        ? current.map(before -> Revisions.suspended(program, before))
        : current;
  }

  /** Its image is on the way. */
  record Awaiting() implements Candidate {}

  /** It cannot run as it is; what ran before goes on. */
  record Refused(List<Failure> failures) implements Candidate {
    public Refused {
      failures = List.copyOf(failures);
    }
  }

  /** It may run, as this revision. */
  record Admitted(BpfRevision revision) implements Candidate {}
}
