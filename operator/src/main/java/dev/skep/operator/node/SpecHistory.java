package dev.skep.operator.node;

import dev.skep.api.v1alpha1.BpfNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Which programs a BpfNode's spec named, as far as every generation of it was seen: a daemon may
 * have acted on each that it has not answered yet. After a start of the operator nothing is known
 * of earlier ones.
 *
 * @param uid of the BpfNode
 * @param since the generation from which on every one was seen
 * @param last the newest generation that was seen
 * @param named program → the newest generation that named it
 */
public record SpecHistory(String uid, long since, long last, Map<ProgramKey, Long> named) {
  /** Of a node of which nothing was seen. */
  public static final SpecHistory UNKNOWN = new SpecHistory("", 0, 0, Map.of());

  /** The history with what the BpfNode says now. */
  SpecHistory with(BpfNode node) {
    String now = node.getMetadata().getUid();
    long generation = node.getMetadata().getGeneration();
    boolean same = Objects.equals(uid, now);
    if (same && generation <= last) {
      return this;
    }
    boolean next = same && generation == last + 1;
    Map<ProgramKey, Long> newest = new HashMap<>();
    if (next) {
      newest.putAll(named);
      newest.values().removeIf(seen -> seen < observed(node));
    }
    if (node.getSpec() != null) {
      node.getSpec()
          .programs()
          .forEach(a -> newest.put(new ProgramKey(a.namespace(), a.name()), generation));
    }
    return new SpecHistory(now, next ? since : generation, generation, Map.copyOf(newest));
  }

  /** Whether no spec named the program that the daemon may have read since its last word. */
  boolean isWithout(ProgramKey program, BpfNode node) {
    long observed = observed(node);
    return Objects.equals(uid, node.getMetadata().getUid())
        && since <= observed
        && last >= node.getMetadata().getGeneration()
        && named.getOrDefault(program, 0L) < observed;
  }

  private static long observed(BpfNode node) {
    return node.getStatus() == null || node.getStatus().observedGeneration() == null
        ? 0
        : node.getStatus().observedGeneration();
  }
}
