package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.BpfProgramStatus.Nodes;
import dev.skep.operator.node.NodeView;
import dev.skep.operator.node.ProgramKey;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where one revision stands on each node. */
final class NodeTally {
  /** One node's standing, as status counts it. */
  enum Standing {
    READY,
    FAILED,
    PENDING,
    UNKNOWN,
    INCOMPATIBLE
  }

  private NodeTally() {}

  static Standing standing(
      NodeView node,
      ProgramKey program,
      String revision,
      Mode mode,
      Duration unknownAfter,
      Instant now) {
    if (!now.isBefore(node.unknownFrom(unknownAfter))) {
      return Standing.UNKNOWN;
    }
    Optional<ProgramState> said = node.stateOf(program).filter(s -> s.revision().equals(revision));
    if (said.isEmpty()) {
      return Standing.PENDING;
    }
    return switch (said.get().state()) {
      case Failed, Quarantined -> Standing.FAILED;
      case Incompatible -> Standing.INCOMPATIBLE;
      case Attached, Loaded, Suspended, Pending ->
          said.get().state() == goal(mode) ? Standing.READY : Standing.PENDING;
    };
  }

  /**
   * Nodes on which some functions of a revision are attached, and something is wrong with others.
   */
  static int inPart(List<NodeView> nodes, ProgramKey program, String revision) {
    return (int)
        nodes.stream()
            .flatMap(node -> node.stateOf(program).stream())
            .filter(s -> s.revision().equals(revision) && s.reason() != null)
            // A reason at a function that is in the kernel tells that it is this revision's.
            .filter(s -> s.functions().stream().anyMatch(NodeTally::isOff))
            .filter(s -> s.functions().stream().anyMatch(f -> f.linkCount() > 0))
            .count();
  }

  private static boolean isOff(FunctionState function) {
    return function.reason() != null && function.programId() != null;
  }

  /** The state that a mode asks for. */
  static State goal(Mode mode) {
    return switch (mode) {
      case Attach -> State.Attached;
      case Verify -> State.Loaded;
      case Suspend -> State.Suspended;
    };
  }

  /** A number of nodes in words. */
  static String words(long nodes) {
    return nodes == 1 ? "1 node" : nodes + " nodes";
  }

  static Nodes count(List<Standing> standings, int updated) {
    Map<Standing, Integer> counts = new EnumMap<>(Standing.class);
    standings.forEach(s -> counts.merge(s, 1, Integer::sum));
    return new Nodes(
        standings.size(),
        updated,
        counts.getOrDefault(Standing.READY, 0),
        counts.getOrDefault(Standing.FAILED, 0),
        counts.getOrDefault(Standing.PENDING, 0),
        counts.getOrDefault(Standing.UNKNOWN, 0),
        counts.getOrDefault(Standing.INCOMPATIBLE, 0));
  }
}
