package dev.skep.node.source;

import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import java.util.List;

/**
 * All that one node shall run.
 *
 * @param generation of the BpfNode's spec that says so
 * @param programs one revision a program
 */
public record Assignments(long generation, List<AssignedRevision> programs) {
  public Assignments {
    programs = List.copyOf(programs);
  }
}
