package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Image;
import dev.skep.artifact.admit.Revisions;
import dev.skep.operator.image.ImagePulls;
import dev.skep.operator.image.InspectedImage;
import dev.skep.operator.image.Pull;
import dev.skep.operator.image.PullRequest;
import dev.skep.operator.node.ProgramKey;
import dev.skep.operator.policy.AdmissionChecks;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** From a specification to a revision: pull, inspect, admit, revise. */
@ApplicationScoped
public class Candidates {
  private final ImagePulls pulls;
  private final AdmissionChecks checks;

  Candidates(ImagePulls pulls, AdmissionChecks checks) {
    this.pulls = pulls;
    this.checks = checks;
  }

  /**
   * @param current the revision that status names, if it is there
   */
  Candidate of(BpfProgram program, Optional<BpfRevision> current) {
    Image image = program.getSpec().image();
    boolean followsTag = image.pullPolicy() == Image.PullPolicy.Always;
    Optional<BpfRevision> sameImage =
        current.filter(r -> r.getSpec().image().reference().equals(image.reference()));
    // Decided before, perhaps by an operator that ended: no registry is needed to go on.
    Optional<BpfRevision> settled = sameImage.filter(r -> isAdmitted(program));
    if (settled.isPresent() && !followsTag) {
      // Nor is a look at the tag due any more that an earlier specification wanted.
      pulls.forget(ProgramKey.of(program));
      return new Candidate.Admitted(settled.get());
    }
    String known =
        followsTag ? null : sameImage.map(r -> r.getSpec().image().digest()).orElse(null);
    return switch (pulls.want(PullRequest.of(program, known))) {
      case Pull.Pulling() ->
          settled.<Candidate>map(Candidate.Admitted::new).orElseGet(Candidate.Awaiting::new);
      case Pull.PullFailed(Failure failure, var retryAt) ->
          settled
              .<Candidate>map(Candidate.Admitted::new)
              .orElseGet(() -> new Candidate.Refused(List.of(failure)));
      case Pull.Pulled(InspectedImage inspected) -> judge(program, inspected);
    };
  }

  private Candidate judge(BpfProgram program, InspectedImage inspected) {
    List<Failure> failures = checks.failuresOf(program, inspected.report());
    return failures.isEmpty()
        ? new Candidate.Admitted(Revisions.revise(program, inspected.image(), inspected.report()))
        : new Candidate.Refused(failures);
  }

  private static boolean isAdmitted(BpfProgram program) {
    BpfProgramStatus status = program.getStatus();
    return status != null
        && program.getMetadata().getGeneration().equals(status.observedGeneration())
        && Conditions.isTrue(status.conditions(), Conditions.ADMITTED);
  }
}
