package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Image;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.admit.EntrySources;
import dev.skep.artifact.admit.Revisions;
import dev.skep.operator.configmap.ConfigMaps;
import dev.skep.operator.image.ImagePulls;
import dev.skep.operator.image.InspectedImage;
import dev.skep.operator.image.Pull;
import dev.skep.operator.image.PullRequest;
import dev.skep.operator.node.ProgramKey;
import dev.skep.operator.policy.AdmissionChecks;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a specification to a revision: complete, pull, inspect, admit, revise. */
@ApplicationScoped
public class Candidates {
  private static final Logger LOG = LoggerFactory.getLogger(Candidates.class);

  private final ImagePulls pulls;
  private final AdmissionChecks checks;
  private final ConfigMaps configMaps;

  Candidates(ImagePulls pulls, AdmissionChecks checks, ConfigMaps configMaps) {
    this.pulls = pulls;
    this.checks = checks;
    this.configMaps = configMaps;
  }

  /**
   * @param current the revision that status names, if it is there
   */
  Candidate of(BpfProgram program, Optional<BpfRevision> current) {
    try {
      return of(program, withEntries(program), current);
    } catch (Refusal refusal) {
      return new Candidate.Refused(List.of(refusal.failure()));
    } catch (Error e) {
      // The framework catches no more than exceptions: the program would never be looked at again.
      LOG.error("{}: unexpected failure", ProgramKey.of(program), e);
      return new Candidate.Refused(
          List.of(
              Failure.of(Reason.InternalError, "the operator could not judge the program: " + e)));
    }
  }

  /** The specification with the entries that stand in ConfigMaps now. */
  private BpfProgramSpec withEntries(BpfProgram program) {
    ProgramKey key = ProgramKey.of(program);
    configMaps.follow(key, EntrySources.configMaps(program.getSpec()));
    return EntrySources.resolve(program.getSpec(), name -> configMaps.data(key, name));
  }

  private Candidate of(BpfProgram program, BpfProgramSpec spec, Optional<BpfRevision> current) {
    Image image = program.getSpec().image();
    boolean followsTag = image.pullPolicy() == Image.PullPolicy.Always;
    Optional<BpfRevision> sameImage =
        current.filter(r -> r.getSpec().image().reference().equals(image.reference()));
    // Decided before, perhaps by an operator that ended: no registry is needed to go on.
    Optional<BpfRevision> settled =
        sameImage.filter(r -> isAdmitted(program) && Revisions.holdsEntriesOf(spec, r));
    if (settled.isPresent() && !followsTag) {
      // Nor is a look at the tag due any more that an earlier specification wanted.
      pulls.forget(ProgramKey.of(program));
      return new Candidate.Admitted(settled.get());
    }
    // Should somebody delete the revision, the same image is meant: a tag may have moved since.
    String known =
        followsTag
            ? null
            : sameImage
                .map(r -> r.getSpec().image().digest())
                .orElse(isAdmitted(program) ? program.getStatus().digest() : null);
    return switch (pulls.want(PullRequest.of(program, known))) {
      case Pull.Pulling() ->
          settled.<Candidate>map(Candidate.Admitted::new).orElseGet(Candidate.Awaiting::new);
      case Pull.PullFailed(Failure failure, var retryAt) ->
          settled
              .<Candidate>map(Candidate.Admitted::new)
              .orElseGet(() -> new Candidate.Refused(List.of(failure)));
      case Pull.Pulled(InspectedImage inspected) -> judge(program, spec, inspected);
    };
  }

  private Candidate judge(BpfProgram program, BpfProgramSpec spec, InspectedImage inspected) {
    BpfProgram whole = new BpfProgram();
    whole.setMetadata(program.getMetadata());
    whole.setSpec(spec);
    List<Failure> failures = checks.failuresOf(whole, inspected.report());
    return failures.isEmpty()
        ? new Candidate.Admitted(Revisions.revise(whole, inspected.image(), inspected.report()))
        : new Candidate.Refused(failures);
  }

  private static boolean isAdmitted(BpfProgram program) {
    BpfProgramStatus status = program.getStatus();
    return status != null
        && program.getMetadata().getGeneration().equals(status.observedGeneration())
        && Conditions.isTrue(status.conditions(), Conditions.ADMITTED);
  }
}
