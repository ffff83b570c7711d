package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.BpfProgramStatus.FailureGroup;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.BpfRevisionSpec;
import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.operator.node.NodeView;
import dev.skep.operator.node.ProgramKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Functions that nodes go without though the program is as wanted: optional ones, and those that
 * another one stands in for.
 *
 * @param rows by cause, those of most nodes first
 * @param words of those that nothing stands in for, to follow what is said of the whole; empty when
 *     there are none
 */
record LeftOut(List<FailureGroup> rows, String words) {
  private static final LeftOut NOTHING = new LeftOut(List.of(), "");

  static LeftOut of(List<NodeView> nodes, ProgramKey program, Optional<BpfRevision> revision) {
    if (revision.isEmpty() || revision.get().getSpec().mode() == Mode.Suspend) {
      return NOTHING;
    }
    String name = revision.get().getMetadata().getName();
    BpfRevisionSpec spec = revision.get().getSpec();
    List<FailureGroup> rows =
        FailureGroups.grouped(
            nodes,
            node ->
                leftOut(node, program, name, spec)
                    .map(f -> new FailureGroups.Cause(f.reason(), f.function(), f.message())));
    Set<String> optional =
        revision.get().getSpec().programs().stream()
            .filter(RevisionProgram::optional)
            .map(RevisionProgram::function)
            .collect(Collectors.toSet());
    String functions =
        rows.stream()
            .map(FailureGroup::function)
            .distinct()
            .filter(optional::contains)
            .sorted()
            .collect(Collectors.joining(", "));
    if (functions.isEmpty()) {
      return new LeftOut(rows, "");
    }
    long without =
        nodes.stream()
            .filter(
                n -> leftOut(n, program, name, spec).anyMatch(f -> optional.contains(f.function())))
            .count();
    long bare = nodes.stream().filter(n -> runsNothing(n, program, name)).count();
    return new LeftOut(
        rows,
        "; without optional %s on %s, status.leftOut says why%s"
            .formatted(
                functions,
                NodeTally.words(without),
                bare == 0 ? "" : "; nothing is attached on " + NodeTally.words(bare)));
  }

  private static Stream<FunctionState> leftOut(
      NodeView node, ProgramKey program, String revision, BpfRevisionSpec spec) {
    return said(node, program, revision)
        .flatMap(s -> s.functions().stream().filter(f -> isLeftOut(f, s, spec)));
  }

  /** Whether what is wrong with a function leaves the program as wanted. */
  static boolean isLeftOut(FunctionState function, ProgramState state, BpfRevisionSpec spec) {
    return function.reason() != null
        && spec.programs().stream()
            .anyMatch(
                p ->
                    p.optional() && p.function().equals(function.function())
                        || function.function().equals(p.fallbackFor())
                            && runs(p.function(), state));
  }

  private static boolean runs(String function, ProgramState state) {
    return state.functions().stream()
        .anyMatch(f -> f.function().equals(function) && f.programId() != null);
  }

  private static boolean runsNothing(NodeView node, ProgramKey program, String revision) {
    return said(node, program, revision)
        .anyMatch(s -> s.functions().stream().allMatch(f -> f.programId() == null));
  }

  private static Stream<ProgramState> said(NodeView node, ProgramKey program, String revision) {
    return node.stateOf(program).stream().filter(s -> s.revision().equals(revision));
  }
}
