package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfProgramStatus.FailureGroup;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.BpfRevisionSpec;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.operator.node.NodeView;
import dev.skep.operator.node.ProgramKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Failures by cause: one row for all nodes that share it. */
final class FailureGroups {
  private static final int EXAMPLES = 5;

  /** A status is read by people and kept by etcd, however many nodes fail in words of their own. */
  private static final int ROWS = 20;

  /** As the verifier's log has them; the upper half of a 64-bit kernel's memory. */
  private static final Pattern KERNEL_ADDRESS = Pattern.compile("0xffff[0-9a-f]{12}");

  private FailureGroups() {}

  /** Rows for what was found before any node was asked. */
  static List<FailureGroup> ofSpecification(List<Failure> failures) {
    return failures.stream()
        .limit(ROWS)
        .map(f -> new FailureGroup(f.reason(), f.function(), f.message(), null, null, null))
        .toList();
  }

  /** Rows for what nodes say of this revision, those of most nodes first. */
  static List<FailureGroup> ofNodes(
      List<NodeView> nodes, ProgramKey program, BpfRevision revision) {
    return grouped(
        nodes,
        node ->
            node.stateOf(program).stream()
                .filter(s -> s.revision().equals(revision.getMetadata().getName()))
                .filter(s -> s.reason() != null)
                .flatMap(s -> causes(s, revision.getSpec())));
  }

  /** Rows for nodes that fail, by what each names first: none for what others wait for. */
  static List<FailureGroup> ofFailing(
      List<NodeView> nodes, ProgramKey program, BpfRevision revision) {
    return grouped(
        nodes,
        node ->
            node.stateOf(program).stream()
                .filter(s -> s.revision().equals(revision.getMetadata().getName()))
                .filter(s -> s.state() == State.Failed || s.state() == State.Quarantined)
                .filter(s -> s.reason() != null)
                .map(s -> new Cause(s.reason(), s.function(), s.message())));
  }

  /** Of each function its own; what the row itself says is that of one of them, or of none. */
  private static Stream<Cause> causes(ProgramState state, BpfRevisionSpec spec) {
    List<FunctionState> failed =
        state.functions().stream()
            .filter(f -> f.reason() != null && !LeftOut.isLeftOut(f, state, spec))
            .toList();
    Stream<Cause> each = failed.stream().map(f -> new Cause(f.reason(), f.function(), f.message()));
    return failed.stream().anyMatch(f -> f.function().equals(state.function()))
        ? each
        : Stream.concat(
            Stream.of(new Cause(state.reason(), state.function(), state.message())), each);
  }

  /** Rows for nodes of whose daemon nothing is heard. */
  static List<FailureGroup> ofSilent(List<NodeView> nodes, ProgramKey program) {
    return grouped(
        nodes,
        node ->
            Stream.of(
                silent(
                    node.stateOf(program)
                        .map(FailureGroups::outliving)
                        .orElse(", and it said nothing of this program before. "))));
  }

  private static String outliving(ProgramState last) {
    return last.state() != State.Attached
            && last.functions().stream().allMatch(function -> function.links().isEmpty())
        ? "; of this program it had attached nothing. "
        : "; what it attached goes on running. ";
  }

  /**
   * A row for nodes of whose daemon nothing is heard, and for whose word a deletion waits.
   *
   * @param limit how long it waits
   */
  static Optional<FailureGroup> ofSilent(List<NodeView> nodes, Instant deleted, Duration limit) {
    Cause cause =
        silent(
            (", and the deletion waits for its word until %s, %d s after it began; what it attached"
                    + " may go on running then, until it is back. ")
                .formatted(deleted.plus(limit), limit.toSeconds()));
    return grouped(nodes, node -> Stream.of(cause)).stream().findFirst();
  }

  private static Cause silent(String consequence) {
    return new Cause(
        Reason.NodeSilent,
        null,
        "nothing is heard of the daemon"
            + consequence
            + "Look for its pod on the node, and at its log");
  }

  /** What one node says is wrong. */
  record Cause(Reason reason, String function, String message) {}

  /** Rows for causes, those of most nodes first. */
  static List<FailureGroup> grouped(
      List<NodeView> nodes, Function<NodeView, Stream<Cause>> causes) {
    Map<Cause, List<NodeView>> byCause = new LinkedHashMap<>();
    nodes.stream()
        .sorted(Comparator.comparing(NodeView::name))
        .forEach(
            node ->
                causes
                    .apply(node)
                    .map(c -> withoutAddresses(c, node.kernel()))
                    .distinct()
                    .forEach(c -> byCause.computeIfAbsent(c, k -> new ArrayList<>()).add(node)));
    return byCause.entrySet().stream()
        .map(e -> group(e.getKey(), e.getValue()))
        .sorted(Comparator.comparing(FailureGroup::nodes).reversed())
        .limit(ROWS)
        .toList();
  }

  /**
   * Nodes that say the same but for their kernel's name, or for where it keeps a map, share a row.
   */
  private static Cause withoutAddresses(Cause cause, String kernel) {
    String message = cause.message();
    if (message != null) {
      message = KERNEL_ADDRESS.matcher(message).replaceAll("0x…");
      message = kernel == null ? message : message.replace(" (" + kernel + ")", "");
    }
    return new Cause(cause.reason(), cause.function(), message);
  }

  private static FailureGroup group(Cause cause, List<NodeView> nodes) {
    return new FailureGroup(
        cause.reason(),
        cause.function(),
        cause.message(),
        nodes.size(),
        nodes.stream()
            .map(NodeView::kernel)
            .filter(Objects::nonNull)
            .distinct()
            .sorted()
            .limit(EXAMPLES)
            .toList(),
        nodes.stream().map(NodeView::name).limit(EXAMPLES).toList());
  }
}
