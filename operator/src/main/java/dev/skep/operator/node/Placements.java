package dev.skep.operator.node;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Which revision of each program runs on which node: decided by the reconciler of programs, written
 * to the nodes by that of nodes.
 */
@ApplicationScoped
public class Placements {
  private final Map<ProgramKey, Map<String, String>> revisions = new ConcurrentHashMap<>();
  private volatile Consumer<String> changedNode = node -> {};
  private volatile Predicate<ProgramKey> exists = program -> true;

  /** Node → revision of one program; nodes that are not named shall not run it. */
  public void publish(ProgramKey program, Map<String, String> nodes) {
    Map<String, String> before = revisions.put(program, Map.copyOf(nodes));
    Set<String> touched = new HashSet<>(nodes.keySet());
    if (before == null) {
      // Also nodes that ran it before this operator started and shall not any more.
      changedNode.accept(null);
      return;
    }
    touched.addAll(before.keySet());
    touched.stream()
        .filter(node -> !Objects.equals(before.get(node), nodes.get(node)))
        .forEach(changedNode);
  }

  /** Program → (node → revision). */
  public Map<ProgramKey, Map<String, String>> all() {
    return Map.copyOf(revisions);
  }

  /**
   * From now on it is known which programs exist: what a node runs for none of them has no place.
   * Before, everything keeps its place, so that a restart takes nothing away.
   */
  public void settle(Predicate<ProgramKey> programs) {
    exists = programs;
    changedNode.accept(null);
  }

  /** Whether a program that was not decided on keeps its place. */
  boolean keepsItsPlace(ProgramKey program) {
    return exists.test(program);
  }

  /** Who is told which node's part changed; null stands for all nodes. */
  void onChange(Consumer<String> listener) {
    changedNode = listener;
  }
}
