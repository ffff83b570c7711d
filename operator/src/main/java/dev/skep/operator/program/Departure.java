package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgramStatus.FailureGroup;
import dev.skep.api.v1alpha1.BpfProgramStatus.Nodes;
import dev.skep.operator.node.NodeView;
import dev.skep.operator.node.ProgramKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How far a deleted program has left its nodes.
 *
 * @param waiting nodes that still have to say that they let go
 * @param silent of those the ones not heard of, as status.failures has them
 * @param abandoned nodes that were not heard of for so long that they are not waited for
 * @param message for whom it waits, and what of them is known
 * @param lookAgain when an unheard node is given up, or one that is heard counts as unheard
 */
record Departure(
    List<String> waiting,
    Optional<FailureGroup> silent,
    List<String> abandoned,
    String message,
    Optional<Instant> lookAgain) {
  private static final int NAMED = 5;

  /**
   * @param nodes those whose Node exists; one that is gone took its programs with it
   * @param unknownAfter age of a heartbeat from which on a node is not heard of
   * @param limit how long after the deletion an unheard node is waited for
   */
  static Departure of(
      ProgramKey program,
      List<NodeView> nodes,
      Instant deleted,
      Duration unknownAfter,
      Duration limit,
      Instant now) {
    Instant end = deleted.plus(limit);
    Predicate<NodeView> isSilent = n -> n.silentSince(unknownAfter, now).isPresent();
    Predicate<NodeView> isAbandoned =
        n -> !n.isAssigned(program) && isSilent.test(n) && !now.isBefore(end);
    List<NodeView> holding = nodes.stream().filter(n -> !hasLetGo(n, program)).toList();
    List<NodeView> waiting = holding.stream().filter(isAbandoned.negate()).toList();
    Optional<FailureGroup> silent =
        FailureGroups.ofSilent(waiting.stream().filter(isSilent).toList(), deleted, limit);
    String names =
        waiting.stream()
            .limit(NAMED)
            .map(n -> n.name() + words(n.silentSince(unknownAfter, now)))
            .collect(Collectors.joining(", "));
    return new Departure(
        waiting.stream().map(NodeView::name).toList(),
        silent,
        holding.stream().filter(isAbandoned).map(NodeView::name).toList(),
        "waiting for "
            + NodeTally.words(waiting.size())
            + " to let go: "
            + names
            + silent.map(s -> ": " + s.message()).orElse(""),
        waiting.isEmpty()
            ? Optional.empty()
            : Stream.of(
                    Optional.of(end.isAfter(now) ? end : now.plus(unknownAfter)),
                    LookAgain.whenOneFallsSilent(waiting, unknownAfter, now))
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder()));
  }

  private static String words(Optional<Instant> silentSince) {
    return silentSince
        .map(since -> " (silent since " + since.truncatedTo(ChronoUnit.SECONDS) + ")")
        .orElse("");
  }

  /** How many nodes are left, as status counts them. */
  Nodes nodes(int desired) {
    int unknown = silent.map(FailureGroup::nodes).orElse(0);
    return new Nodes(desired, 0, 0, 0, waiting.size() - unknown, unknown, 0);
  }

  boolean isOver() {
    return waiting.isEmpty();
  }

  private static boolean hasLetGo(NodeView node, ProgramKey program) {
    if (node.bpfNode() == null) {
      return true;
    }
    return !node.isAssigned(program)
        && (isUnspoken(node) || (node.hasObserved(program) && node.stateOf(program).isEmpty()));
  }

  /** No daemon was there since the BpfNode was made; who deletes it takes its last word back. */
  private static boolean isUnspoken(NodeView node) {
    Instant heard = node.heartbeat();
    return node.bpfNode().getStatus() == null
        && (heard == null
            || heard.isBefore(Instant.parse(node.bpfNode().getMetadata().getCreationTimestamp())));
  }
}
