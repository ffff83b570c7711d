package dev.skep.operator.node;

import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfNodeSpec;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeStatus;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One node as decisions see it.
 *
 * @param name of the Node
 * @param labels of the Node
 * @param bpfNode its BpfNode, or null when there is none yet
 * @param heartbeat when its daemon last renewed its Lease, or null when it never did
 * @param told what its BpfNode named before
 */
public record NodeView(
    String name, Map<String, String> labels, BpfNode bpfNode, Instant heartbeat, SpecHistory told) {

  public NodeView(String name, Map<String, String> labels, BpfNode bpfNode, Instant heartbeat) {
    this(name, labels, bpfNode, heartbeat, SpecHistory.UNKNOWN);
  }

  /** What this node's daemon last said about a program. */
  public Optional<ProgramState> stateOf(ProgramKey program) {
    return status().programs().stream()
        .filter(s -> s.namespace().equals(program.namespace()) && s.name().equals(program.name()))
        .findFirst();
  }

  /** Whether the node is told to run the program. */
  public boolean isAssigned(ProgramKey program) {
    return assigned(program).findAny().isPresent();
  }

  /** The revisions of a program that the node is told to run or says that it runs. */
  public Stream<String> revisionsOf(ProgramKey program) {
    return Stream.concat(
        assigned(program).map(AssignedRevision::revision),
        stateOf(program).map(ProgramState::revision).stream());
  }

  /** Whether the daemon's last word is about all that the node was told of the program. */
  public boolean hasObserved(ProgramKey program) {
    Long observed = status().observedGeneration();
    return bpfNode == null
        || (observed != null
            && (observed >= bpfNode.getMetadata().getGeneration()
                || told.isWithout(program, bpfNode)));
  }

  /**
   * When its daemon counts as lost; a node gets the same time from the start, also one whose
   * namesake of before left a heartbeat.
   */
  public Instant unknownFrom(Duration limit) {
    String created = bpfNode == null ? null : bpfNode.getMetadata().getCreationTimestamp();
    return Stream.of(
            Optional.ofNullable(heartbeat), Optional.ofNullable(created).map(Instant::parse))
        .flatMap(Optional::stream)
        .max(Comparator.naturalOrder())
        .map(last -> last.plus(limit))
        .orElse(Instant.MAX);
  }

  /** When its daemon said its last word; empty while it counts as heard. */
  public Optional<Instant> silentSince(Duration limit, Instant now) {
    Instant unknown = unknownFrom(limit);
    return now.isBefore(unknown) ? Optional.empty() : Optional.of(unknown.minus(limit));
  }

  public String kernel() {
    return status().kernel() == null ? null : status().kernel().release();
  }

  private Stream<AssignedRevision> assigned(ProgramKey program) {
    return spec().programs().stream()
        .filter(a -> a.namespace().equals(program.namespace()) && a.name().equals(program.name()));
  }

  private BpfNodeStatus status() {
    return bpfNode == null || bpfNode.getStatus() == null ? NOTHING_SAID : bpfNode.getStatus();
  }

  private BpfNodeSpec spec() {
    return bpfNode == null || bpfNode.getSpec() == null ? NOTHING_WANTED : bpfNode.getSpec();
  }

  private static final BpfNodeStatus NOTHING_SAID = new BpfNodeStatus(null, null, null, null, null);
  private static final BpfNodeSpec NOTHING_WANTED = new BpfNodeSpec(null);
}
