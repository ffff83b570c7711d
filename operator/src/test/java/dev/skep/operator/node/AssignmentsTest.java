package dev.skep.operator.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeSpec;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import java.util.List;
import java.util.Map;
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
    assertThat(Assignments.of("n", RUNS_A, Map.of(A, Map.of("n", "a-2")), p -> true).programs())
        .containsExactly(new AssignedRevision("ns", "a", "a-2"));
    assertThat(Assignments.of("n", RUNS_A, Map.of(A, Map.of("m", "a-2")), p -> true).programs())
        .isEmpty();
  }

  @Test
  @DisplayName("programs are listed in one order, so that nothing is written for an order's sake")
  void oneOrder() {
    Map<ProgramKey, Map<String, String>> decided =
        Map.of(B, Map.of("n", "b-1"), A, Map.of("n", "a-1"));
    BpfNodeSpec spec = Assignments.of("n", null, decided, p -> true);
    assertThat(spec.programs()).extracting(AssignedRevision::name).containsExactly("a", "b");
    assertThat(Assignments.of("n", spec, decided, p -> true)).isEqualTo(spec);
  }
}
