package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfProgramStatus.FailureGroup;
import dev.skep.api.v1alpha1.BpfProgramStatus.Nodes;
import dev.skep.api.v1alpha1.BpfProgramStatus.Phase;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.operator.node.NodeView;
import dev.skep.operator.node.ProgramKey;
import dev.skep.operator.program.NodeTally.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What status says of a program, from what its nodes say. */
final class StatusSummary {
  /**
   * All that status depends on.
   *
   * @param program as it is, with the status written last
   * @param candidate what became of its specification
   * @param revision the one that nodes are told to run, if any
   * @param selected the nodes that the selector selects
   * @param placement node → revision that it is told to run
   * @param unknownAfter age of a heartbeat from which on a node is unknown
   */
  record Inputs(
      BpfProgram program,
      Candidate candidate,
      Optional<BpfRevision> revision,
      List<NodeView> selected,
      Map<String, String> placement,
      Duration unknownAfter,
      Instant now) {

    /** Selected nodes whose daemon is there. */
    List<NodeView> heard() {
      return selected.stream().filter(n -> now.isBefore(n.unknownFrom(unknownAfter))).toList();
    }

    /** Selected nodes of whose daemon nothing was heard for too long. */
    List<NodeView> silent() {
      return selected.stream().filter(n -> !now.isBefore(n.unknownFrom(unknownAfter))).toList();
    }
  }

  private StatusSummary() {}

  static BpfProgramStatus of(Inputs in) {
    BpfProgramStatus before = Statuses.of(in.program());
    String revision = in.revision().map(r -> r.getMetadata().getName()).orElse(null);
    Nodes nodes = nodes(in, revision);
    List<FailureGroup> failures = failures(in);
    ProgramKey key = ProgramKey.of(in.program());
    LeftOut leftOut = LeftOut.of(in.heard(), key, in.revision());
    Verdict verdict =
        Verdict.of(
            in.candidate(),
            in.revision(),
            nodes,
            worstFirst(in, failures),
            leftOut,
            NodeTally.inPart(in.heard(), key, revision));
    UsageSummary usage =
        revision == null || verdict.phase() == Phase.Suspended
            ? UsageSummary.of(List.of(), key, "")
            : UsageSummary.of(in.heard(), key, revision);
    failures.addAll(FailureGroups.ofSilent(in.silent(), key));
    return new BpfProgramStatus(
        in.program().getMetadata().getGeneration(),
        verdict.phase(),
        in.revision().map(r -> r.getSpec().image().digest()).orElse(null),
        revision,
        revision != null && before.revision() != null && !revision.equals(before.revision())
            ? before.revision()
            : before.previousRevision(),
        nodes,
        usage.runsPerSecond(),
        usage.nanosecondsPerRun(),
        usage.mapMemoryBytes(),
        usage.functions(),
        failures,
        leftOut.rows(),
        verdict.conditions(
            before.conditions(), in.program().getMetadata().getGeneration(), in.now()));
  }

  /** For the one cause that is named: who fails comes before who waits, however few they are. */
  private static List<FailureGroup> worstFirst(Inputs in, List<FailureGroup> failures) {
    ProgramKey key = ProgramKey.of(in.program());
    return Stream.concat(
            in.revision().stream()
                .flatMap(r -> FailureGroups.ofFailing(in.heard(), key, r).stream()),
            failures.stream())
        .toList();
  }

  private static Nodes nodes(Inputs in, String revision) {
    if (revision == null) {
      return new Nodes(in.selected().size(), 0, 0, 0, in.selected().size(), 0, 0);
    }
    ProgramKey key = ProgramKey.of(in.program());
    Mode mode = in.revision().orElseThrow().getSpec().mode();
    List<Standing> standings =
        in.selected().stream()
            .map(n -> NodeTally.standing(n, key, revision, mode, in.unknownAfter(), in.now()))
            .toList();
    int updated = (int) in.placement().values().stream().filter(r -> r.equals(revision)).count();
    return NodeTally.count(standings, updated);
  }

  private static List<FailureGroup> failures(Inputs in) {
    List<FailureGroup> failures = new ArrayList<>();
    if (in.candidate() instanceof Candidate.Refused(List<Failure> found)) {
      failures.addAll(FailureGroups.ofSpecification(found));
    }
    in.revision()
        .ifPresent(
            r ->
                failures.addAll(FailureGroups.ofNodes(in.heard(), ProgramKey.of(in.program()), r)));
    return failures;
  }

  /** Whether what was found wrong can mend itself, so that nothing was rejected yet. */
  static boolean mayMendItself(List<Failure> failures) {
    return failures.stream().allMatch(f -> f.reason().retry() == Reason.Retry.TRANSIENT);
  }
}
