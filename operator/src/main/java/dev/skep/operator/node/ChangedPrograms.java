package dev.skep.operator.node;

import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfNodeStatus;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
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
   *
   * @param departing those that wait for nodes to let go: each time a node is told something else,
   *     or its daemon says that it knows of it, they look, for absence has no row that could change
   */
  public Set<ProgramKey> in(BpfNode node, Supplier<Set<ProgramKey>> departing) {
    Answer answer =
        answers.compute(node.getMetadata().getName(), (name, before) -> answer(before, node));
    if (!answer.concernsDeparting()) {
      return answer.programs();
    }
    Set<ProgramKey> all = new HashSet<>(departing.get());
    all.addAll(answer.programs());
    return all;
  }

  /**
   * The node is gone: until it is forgotten the answer is all programs that it named, since of each
   * something is new.
   */
  public void gone(BpfNode node) {
    answers.computeIfPresent(
        node.getMetadata().getName(),
        (name, before) -> {
          Seen last = Seen.of(node);
          Set<ProgramKey> all = new HashSet<>(before.seen().programs());
          all.addAll(last.programs());
          return new Answer(
              node.getMetadata().getResourceVersion(), last, before.told(), all, true);
        });
  }

  public void forget(BpfNode node) {
    answers.remove(node.getMetadata().getName());
  }

  /** What the node was told so far. */
  public SpecHistory toldTo(String node) {
    Answer answer = answers.get(node);
    return answer == null ? SpecHistory.UNKNOWN : answer.told();
  }

  private static Answer answer(Answer before, BpfNode node) {
    String version = node.getMetadata().getResourceVersion();
    if (before != null && before.version().equals(version)) {
      return before;
    }
    Seen now = Seen.of(node);
    if (before == null) {
      return new Answer(version, now, SpecHistory.UNKNOWN.with(node), now.programs(), true);
    }
    SpecHistory told = before.told().with(node);
    return new Answer(
        version,
        now,
        told,
        between(before.seen(), now),
        told != before.told()
            || !Objects.equals(before.seen().observedGeneration(), now.observedGeneration()));
  }

  private record Answer(
      String version,
      Seen seen,
      SpecHistory told,
      Set<ProgramKey> programs,
      boolean concernsDeparting) {}

  static Set<ProgramKey> between(Seen before, Seen now) {
    Set<ProgramKey> changed = new HashSet<>(before.programs());
    changed.addAll(now.programs());
    changed.removeIf(
        p ->
            Objects.equals(before.states().get(p), now.states().get(p))
                && before.assigned().contains(p) == now.assigned().contains(p));
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
