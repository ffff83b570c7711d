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
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();

  /**
   * The programs to look at; remembers the node as it is now. The same state of a node gives the
   * same answer again: the SDK asks once for its index and once for the event.
   */
  public Set<ProgramKey> in(BpfNode node) {
    return answers
        .compute(node.getMetadata().getName(), (name, before) -> answer(before, node))
        .programs();
  }

  private static Answer answer(Answer before, BpfNode node) {
    String version = node.getMetadata().getResourceVersion();
    if (before != null && before.version().equals(version)) {
      return before;
    }
    Seen now = Seen.of(node);
    if (before == null) {
      return new Answer(version, now, now.programs(), Set.of());
    }
    Set<ProgramKey> changed = between(before.seen(), now);
    Set<ProgramKey> gone = new HashSet<>(before.gone());
    gone.addAll(before.seen().programs());
    gone.removeAll(now.programs());
    changed.addAll(gone);
    return new Answer(version, now, changed, now.isCaughtUp() ? Set.of() : Set.copyOf(gone));
  }

  /**
   * @param gone programs that have no row any more while the node's daemon has not yet said that it
   *     knows of the latest assignment: a departing one waits for that word, and absence has no row
   */
  private record Answer(
      String version, Seen seen, Set<ProgramKey> programs, Set<ProgramKey> gone) {}

  static Set<ProgramKey> between(Seen before, Seen now) {
    Set<ProgramKey> changed = new HashSet<>(before.programs());
    changed.addAll(now.programs());
    changed.removeIf(
        p ->
            Objects.equals(before.states().get(p), now.states().get(p))
                && before.assigned().contains(p) == now.assigned().contains(p));
    return changed;
  }

  record Seen(Set<ProgramKey> assigned, Map<ProgramKey, ProgramState> states, boolean isCaughtUp) {
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
      boolean isCaughtUp =
          status != null
              && Objects.equals(status.observedGeneration(), node.getMetadata().getGeneration());
      return new Seen(assigned, states, isCaughtUp);
    }

    Set<ProgramKey> programs() {
      Set<ProgramKey> programs = new HashSet<>(states.keySet());
      programs.addAll(assigned);
      return programs;
    }
  }
}
