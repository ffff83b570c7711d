package dev.skep.operator.policy;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.artifact.admit.Admission;
import dev.skep.artifact.inspect.ObjectReport;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** All that must hold before a program may run. */
@ApplicationScoped
public class AdmissionChecks {
  private static final List<Check> CHECKS =
      List.of((program, object) -> Admission.check(program.getSpec(), object));

  /** All failures of all checks, so that a user mends them in one go. */
  public List<Failure> failuresOf(BpfProgram program, ObjectReport object) {
    return CHECKS.stream().flatMap(c -> c.failuresOf(program, object).stream()).toList();
  }
}
