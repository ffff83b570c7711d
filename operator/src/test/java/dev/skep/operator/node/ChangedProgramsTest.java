package dev.skep.operator.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfNodeSpec;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeStatus;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ChangedProgramsTest {
  private static final ProgramKey A = new ProgramKey("ns", "a");
  private static final ProgramKey B = new ProgramKey("ns", "b");

  private final ChangedPrograms changed = new ChangedPrograms();
  private int version;

  @Test
  @DisplayName("a change concerns the programs whose row it changes, and no other")
  void onlyWhatChanged() {
    in(node(2, 1, Set.of("a", "b"), Set.of("a")));
    assertThat(in(node(2, 2, Set.of("a", "b"), Set.of("a", "b")))).containsOnly(B);
  }

  @Test
  @DisplayName("asked twice about the same state of a node, it answers the same")
  void sameStateSameAnswer() {
    in(node(2, 1, Set.of("a"), Set.of()));
    BpfNode attached = node(2, 2, Set.of("a"), Set.of("a"));
    assertThat(in(attached)).containsOnly(A);
    assertThat(in(attached)).containsOnly(A);
  }

  @Test
  @DisplayName("a departing program, which has no row, looks whenever a node is told or knows more")
  void theDepartingLookWhenANodeIsToldOrKnowsMore() {
    in(node(3, 2, Set.of(), Set.of()));
    BpfNode newer = node(3, 3, Set.of(), Set.of());
    assertThat(changed.in(newer, () -> Set.of(A))).containsOnly(A);
    assertThat(changed.in(newer, () -> Set.of(A))).containsOnly(A);
    assertThat(changed.in(node(3, 3, Set.of(), Set.of()), () -> Set.of(A))).isEmpty();
    assertThat(changed.in(node(4, 3, Set.of(), Set.of()), () -> Set.of(A))).containsOnly(A);
  }

  @Test
  @DisplayName("a node that goes concerns all programs that it named, and is forgotten")
  void gone() {
    in(node(2, 2, Set.of("a", "b"), Set.of("a")));
    BpfNode last = node(2, 2, Set.of("a", "b"), Set.of("a"));

    changed.gone(last);
    assertThat(in(last)).containsOnly(A, B);
    changed.forget(last);

    assertThat(changed.toldTo("node")).isEqualTo(SpecHistory.UNKNOWN);
    assertThat(in(node(1, 1, Set.of("a"), Set.of("a")))).as("made anew").containsOnly(A);
  }

  private Set<ProgramKey> in(BpfNode node) {
    return changed.in(node, Set::of);
  }

  private BpfNode node(long generation, long observed, Set<String> assigned, Set<String> rows) {
    BpfNode node = new BpfNode();
    node.setMetadata(
        new ObjectMetaBuilder()
            .withName("node")
            .withGeneration(generation)
            .withResourceVersion(Integer.toString(++version))
            .build());
    node.setSpec(
        new BpfNodeSpec(
            sorted(assigned).map(p -> new AssignedRevision("ns", p, p + "-1")).toList()));
    List<ProgramState> states =
        sorted(rows)
            .map(
                p ->
                    new ProgramState(
                        "ns", p, p + "-1", State.Attached, null, null, null, null, null))
            .toList();
    node.setStatus(new BpfNodeStatus(observed, null, null, null, states));
    return node;
  }

  private static Stream<String> sorted(Set<String> names) {
    return names.stream().sorted();
  }
}
