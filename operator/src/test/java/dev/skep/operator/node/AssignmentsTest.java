package dev.skep.operator.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeSpec;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.Image;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AssignmentsTest {
  private static final ProgramKey A = new ProgramKey("ns", "a");
  private static final ProgramKey B = new ProgramKey("ns", "b");
  private static final BpfNodeSpec RUNS_A =
      new BpfNodeSpec(List.of(new AssignedRevision("ns", "a", "a-1")));

  @Test
  @DisplayName("just after a start, a program not decided on yet keeps its place")
  void nothingIsTakenAwayAtAStart() {
    assertThat(Assignments.of("n", RUNS_A, Map.of(), p -> true)).isEqualTo(RUNS_A);
  }

  @Test
  @DisplayName("a program that is known not to exist loses its place")
  void whatDoesNotExistGoes() {
    assertThat(Assignments.of("n", RUNS_A, Map.of(), p -> false).programs()).isEmpty();
  }

  @Test
  @DisplayName("a program decided on runs where the decision says, and nowhere else")
  void decisionsWin() {
    assertThat(Assignments.of("n", RUNS_A, Map.of(A, on("n", "a-2")), p -> true).programs())
        .containsExactly(new AssignedRevision("ns", "a", "a-2"));
    assertThat(Assignments.of("n", RUNS_A, Map.of(A, on("m", "a-2")), p -> true).programs())
        .isEmpty();
  }

  @Test
  @DisplayName("programs are listed in one order, so that nothing is written for an order's sake")
  void oneOrder() {
    Map<ProgramKey, Placement> decided = Map.of(B, on("n", "b-1"), A, on("n", "a-1"));
    BpfNodeSpec spec = Assignments.of("n", null, decided, p -> true);
    assertThat(spec.programs()).extracting(AssignedRevision::name).containsExactly("a", "b");
    assertThat(Assignments.of("n", spec, decided, p -> true)).isEqualTo(spec);
  }

  @Test
  @DisplayName("a decision made before a node was there takes nothing away from it")
  void decisionsAreAboutTheNodesThereWere() {
    Placement elsewhere = new Placement(Map.of("m", "a-1"), Set.of("m"));
    assertThat(Assignments.of("n", RUNS_A, Map.of(A, elsewhere), p -> true)).isEqualTo(RUNS_A);
    assertThat(Assignments.of("n", RUNS_A, Map.of(A, Placement.nowhere()), p -> true).programs())
        .isEmpty();
  }

  @Test
  @DisplayName("a new node is told at once all that selects it and has a revision")
  void newNode() {
    BpfProgram everywhere = program("a", "a-1", Map.of());
    BpfProgram inZone = program("b", "b-1", Map.of("zone", "x"));
    BpfProgram elsewhere = program("c", "c-1", Map.of("zone", "y"));
    BpfProgram notYet = program("d", null, Map.of());
    BpfProgram leaving = program("e", "e-1", Map.of());
    leaving.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");

    BpfNodeSpec first =
        Assignments.ofNew(
            Map.of("zone", "x"), Stream.of(everywhere, inZone, elsewhere, notYet, leaving));

    assertThat(first.programs())
        .extracting(AssignedRevision::revision)
        .containsExactly("a-1", "b-1");
  }

  private static Placement on(String node, String revision) {
    return new Placement(Map.of(node, revision), Set.of("m", "n"));
  }

  private static BpfProgram program(String name, String revision, Map<String, String> labels) {
    BpfProgram program = new BpfProgram();
    program.setMetadata(new ObjectMetaBuilder().withNamespace("ns").withName(name).build());
    program.setSpec(
        new BpfProgramSpec(
            new Image("x:1", null, null),
            null,
            null,
            null,
            null,
            null,
            new LabelSelectorBuilder().withMatchLabels(labels).build(),
            null));
    program.setStatus(
        new BpfProgramStatus(
            null, null, null, revision, null, null, null, null, null, null, null, null, null));
    return program;
  }
}
