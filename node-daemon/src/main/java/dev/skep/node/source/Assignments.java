package dev.skep.node.source;

import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeSpec.NodeFacts;
import java.util.List;

/**
 * All that one node shall run.
 *
 * @param generation of the BpfNode's spec that says so
 * @param programs one revision a program
 * @param node what was told of the Node, for globals that ask
 */
public record Assignments(long generation, List<AssignedRevision> programs, NodeFacts node) {
  public Assignments {
    programs = List.copyOf(programs);
    node = node == null ? NodeFacts.NONE : node;
  }

  public Assignments(long generation, List<AssignedRevision> programs) {
    this(generation, programs, null);
  }
}
