package dev.skep.operator.node;

import dev.skep.api.v1alpha1.BpfNodeSpec;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What one node shall run. */
public final class Assignments {
  private Assignments() {}

  /**
   * @param node its name
   * @param current what it is told now, or null
   * @param placements program → (node → revision), of the programs that were decided on since the
   *     operator started
   * @param stays whether a program not decided on yet keeps its place; all of them just after a
   *     start, so that a restart takes nothing away
   */
  public static BpfNodeSpec of(
      String node,
      BpfNodeSpec current,
      Map<ProgramKey, Map<String, String>> placements,
      Predicate<ProgramKey> stays) {
    Map<ProgramKey, String> wanted = new TreeMap<>();
    if (current != null) {
      for (AssignedRevision assigned : current.programs()) {
        ProgramKey program = new ProgramKey(assigned.namespace(), assigned.name());
        if (!placements.containsKey(program) && stays.test(program)) {
          wanted.put(program, assigned.revision());
        }
      }
    }
    placements.forEach(
        (program, revisions) -> {
          String revision = revisions.get(node);
          if (revision != null) {
            wanted.put(program, revision);
          }
        });
    return new BpfNodeSpec(
        wanted.entrySet().stream()
            .map(e -> new AssignedRevision(e.getKey().namespace(), e.getKey().name(), e.getValue()))
            .toList());
  }
}
