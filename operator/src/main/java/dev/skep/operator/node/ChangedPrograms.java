package dev.skep.operator.node;

import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfNodeStatus;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Which programs a new state of a node concerns: those it says something new about. Without this,
 * one program's change would make the operator look at every program of the node.
 */
public final class ChangedPrograms {
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  /** The programs to look at; remembers the node as it is now. */
  public Set<ProgramKey> in(BpfNode node) {
    Seen now = Seen.of(node);
    Seen before = seen.put(node.getMetadata().getName(), now);
    return before == null ? now.programs() : between(before, now);
  }

  static Set<ProgramKey> between(Seen before, Seen now) {
    Set<ProgramKey> changed = new HashSet<>(before.programs());
    changed.addAll(now.programs());
    // A departing program waits for the word that its absence was noticed: absence has no row.
    if (Objects.equals(before.observedGeneration(), now.observedGeneration())) {
      changed.removeIf(
          p ->
              Objects.equals(before.states().get(p), now.states().get(p))
                  && before.assigned().contains(p) == now.assigned().contains(p));
    }
    return changed;
  }

  record Seen(
      Set<ProgramKey> assigned, Map<ProgramKey, ProgramState> states, Long observedGeneration) {
    static Seen of(BpfNode node) {
      Set<ProgramKey> assigned =
          node.getSpec() == null
              ? Set.of()
              : node.getSpec().programs().stream()
                  .map(a -> new ProgramKey(a.namespace(), a.name()))
                  .collect(Collectors.toSet());
      BpfNodeStatus status = node.getStatus();
      Map<ProgramKey, ProgramState> states =
          status == null
              ? Map.of()
              : status.programs().stream()
                  .collect(
                      Collectors.toMap(
                          s -> new ProgramKey(s.namespace(), s.name()), s -> s, (a, b) -> b));
      return new Seen(assigned, states, status == null ? null : status.observedGeneration());
    }

    Set<ProgramKey> programs() {
      Set<ProgramKey> programs = new HashSet<>(states.keySet());
      programs.addAll(assigned);
      return programs;
    }
  }
}
