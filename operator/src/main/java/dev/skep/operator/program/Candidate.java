package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.Failure;
import java.util.List;

/** What became of a specification. */
public sealed interface Candidate {
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
