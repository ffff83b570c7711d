package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.BpfRevisionSpec;
import dev.skep.artifact.inspect.NodeReference;
import dev.skep.artifact.inspect.NodeReference.Field;
import dev.skep.artifact.inspect.NodeReference.OfField;
import dev.skep.artifact.inspect.NodeReference.OfLabel;
import dev.skep.operator.node.NodeQuestions;
import dev.skep.operator.node.NodeSelection;
import dev.skep.operator.node.NodeView;
import dev.skep.operator.node.Placement;
import dev.skep.operator.rollout.NodeOrder;
import dev.skep.operator.rollout.Rollout;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where a program shall run.
 *
 * @param selected the nodes that its selector selects
 * @param revisions node → revision that it is told to run
 * @param placement the same, and which nodes were looked at
 */
record Target(List<NodeView> selected, Map<String, String> revisions, Placement placement) {

  static Target of(BpfProgram program, Optional<BpfRevision> revision, List<NodeView> nodes) {
    List<NodeView> selected =
        nodes.stream()
            .filter(n -> NodeSelection.matches(program.getSpec().nodeSelector(), n.labels()))
            .toList();
    Map<String, String> revisions =
        Rollout.allAtOnce(
                Statuses.of(program).revision(),
                revision.map(r -> r.getMetadata().getName()).orElse(null),
                NodeOrder.of(
                    program.getMetadata().getUid(), selected.stream().map(NodeView::name).toList()))
            .revisions();
    return new Target(
        selected,
        revisions,
        new Placement(
            revisions,
            nodes.stream().map(NodeView::name).collect(Collectors.toSet()),
            revision.map(r -> asks(r.getSpec())).orElse(NodeQuestions.NONE)));
  }

  /** What only nodes know; their names and CPUs they know without asking. */
  private static NodeQuestions asks(BpfRevisionSpec revision) {
    Set<NodeReference> asked = new HashSet<>();
    revision
        .globals()
        .forEach((name, value) -> NodeReference.of("globals." + name, value).ifPresent(asked::add));
    return new NodeQuestions(
        asked.contains(new OfField(Field.internalIP)),
        asked.contains(new OfField(Field.externalIP)),
        asked.stream()
            .filter(OfLabel.class::isInstance)
            .map(reference -> ((OfLabel) reference).key())
            .collect(Collectors.toSet()));
  }
}
