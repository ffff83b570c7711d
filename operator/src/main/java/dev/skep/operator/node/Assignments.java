package dev.skep.operator.node;

import dev.skep.api.v1alpha1.BpfNodeSpec;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfProgram;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What one node shall run. */
public final class Assignments {
  private Assignments() {}

  /**
   * @param node its name
   * @param current what it is told now, or null
   * @param placements of the programs that were decided on since the operator started
   * @param stays whether a program not decided on yet keeps its place; all of them just after a
   *     start, so that a restart takes nothing away
   */
  public static BpfNodeSpec of(
      String node,
      BpfNodeSpec current,
      Map<ProgramKey, Placement> placements,
      Predicate<ProgramKey> stays) {
    Map<ProgramKey, String> wanted = new TreeMap<>();
    if (current != null) {
      for (AssignedRevision assigned : current.programs()) {
        ProgramKey program = new ProgramKey(assigned.namespace(), assigned.name());
        Placement placement = placements.get(program);
        if ((placement == null || !placement.decides(node)) && stays.test(program)) {
          wanted.put(program, assigned.revision());
        }
      }
    }
    placements.forEach(
        (program, placement) -> {
          String revision = placement.revisions().get(node);
          if (revision != null) {
            wanted.put(program, revision);
          }
        });
    return spec(wanted);
  }

  /**
   * What a node is told first: at once all that selects it, as its status has it. A Node may be
   * made anew under a daemon that runs them all, and a daemon ends what it is not told to run.
   */
  public static BpfNodeSpec ofNew(Map<String, String> labels, Stream<BpfProgram> programs) {
    Map<ProgramKey, String> wanted = new TreeMap<>();
    programs
        .filter(p -> !p.isMarkedForDeletion())
        .filter(p -> p.getStatus() != null && p.getStatus().revision() != null)
        .filter(p -> NodeSelection.matches(p.getSpec().nodeSelector(), labels))
        .forEach(p -> wanted.put(ProgramKey.of(p), p.getStatus().revision()));
    return spec(wanted);
  }

  private static BpfNodeSpec spec(Map<ProgramKey, String> wanted) {
    return new BpfNodeSpec(
        wanted.entrySet().stream()
            .map(e -> new AssignedRevision(e.getKey().namespace(), e.getKey().name(), e.getValue()))
            .toList());
  }
}
