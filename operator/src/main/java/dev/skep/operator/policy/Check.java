package dev.skep.operator.policy;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.artifact.inspect.ObjectReport;
import java.util.List;

/** One thing that must hold before a program may run. */
@FunctionalInterface
public interface Check {
  /** What does not hold, in the order of the specification; empty when all does. */
  List<Failure> failuresOf(BpfProgram program, ObjectReport object);
}
