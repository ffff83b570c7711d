package dev.skep.operator.program;

import dev.skep.operator.node.NodeView;
import dev.skep.operator.node.ProgramKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How far a deleted program has left its nodes.
 *
 * @param waiting nodes that still have to say that they let go
 * @param abandoned nodes that were not heard of for so long that they are not waited for
 * @param lookAgain when waiting for an unheard node ends
 */
record Departure(List<String> waiting, List<String> abandoned, Optional<Instant> lookAgain) {

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
    List<NodeView> holding = nodes.stream().filter(n -> !hasLetGo(n, program)).toList();
    Instant end = deleted.plus(limit);
    List<String> abandoned =
        holding.stream()
            .filter(n -> !n.isAssigned(program))
            .filter(n -> isUnheard(n, unknownAfter, now) && !now.isBefore(end))
            .map(NodeView::name)
            .toList();
    List<String> waiting =
        holding.stream().map(NodeView::name).filter(n -> !abandoned.contains(n)).toList();
    // Also for a node that is heard of now: its daemon may fall silent.
    return new Departure(
        waiting,
        abandoned,
        waiting.isEmpty()
            ? Optional.empty()
            : Optional.of(end.isAfter(now) ? end : now.plus(unknownAfter)));
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

  private static boolean isUnheard(NodeView node, Duration unknownAfter, Instant now) {
    return node.heartbeat() == null || !now.isBefore(node.heartbeat().plus(unknownAfter));
  }
}
