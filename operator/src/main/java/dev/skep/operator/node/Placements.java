package dev.skep.operator.node;

import dev.skep.api.v1alpha1.BpfProgram;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Which revision of each program runs on which node: decided by the reconciler of programs, written
 * to the nodes by that of nodes.
 */
@ApplicationScoped
public class Placements {
  private final Map<ProgramKey, Placement> placements = new ConcurrentHashMap<>();
  private volatile Consumer<String> changedNode = node -> {};
  private volatile Optional<Programs> programs = Optional.empty();

  /** The programs there are. */
  public interface Programs {
    boolean exists(ProgramKey program);

    Stream<BpfProgram> all();
  }

  /** Says where a program runs. */
  public void publish(ProgramKey program, Placement now) {
    Placement before = placements.put(program, now);
    if (before == null || (now.nodes() == null && before.nodes() != null)) {
      // Also nodes that were told to run it when nothing was decided about them.
      changedNode.accept(null);
      return;
    }
    Set<String> touched = new HashSet<>(before.revisions().keySet());
    touched.addAll(now.nodes() == null ? Set.of() : now.nodes());
    touched.stream()
        .filter(
            node ->
                !before.decides(node)
                    || !before.asks().equals(now.asks())
                    || !Objects.equals(before.revisions().get(node), now.revisions().get(node)))
        .forEach(changedNode);
  }

  /** Of every program that was decided on. */
  Map<ProgramKey, Placement> all() {
    return Map.copyOf(placements);
  }

  /**
   * From now on it is known which programs there are: what a node runs for none of them has no
   * place. Before, everything keeps its place, so that a restart takes nothing away.
   */
  public void settle(Programs known) {
    programs = Optional.of(known);
    changedNode.accept(null);
  }

  /** The programs there are, once that is known. */
  Optional<Programs> programs() {
    return programs;
  }

  /** Whether a program that was not decided on keeps its place. */
  boolean keepsItsPlace(ProgramKey program) {
    return programs.map(known -> known.exists(program)).orElse(true);
  }

  /** Who is told which node's part changed; null stands for all nodes. */
  void onChange(Consumer<String> listener) {
    changedNode = listener;
  }
}
