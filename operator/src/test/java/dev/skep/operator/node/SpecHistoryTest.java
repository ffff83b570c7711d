package dev.skep.operator.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfNodeSpec;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a node was told since its daemon's last word")
class SpecHistoryTest {
  private static final ProgramKey A = new ProgramKey("ns", "a");
  private static final ProgramKey B = new ProgramKey("ns", "b");

  @Test
  @DisplayName("a program that was named and taken back meanwhile may have been read")
  void namedMeanwhile() {
    assertThat(isWithout(A, node(5, 5), node(6, 5, "a"), node(7, 5))).isFalse();
    assertThat(isWithout(B, node(5, 5), node(6, 5, "a"), node(7, 5))).isTrue();
    assertThat(isWithout(A, node(5, 5), node(6, 5, "a"), node(7, 5), node(8, 7))).isTrue();
  }

  @Test
  @DisplayName("what was said before the first look, or in one that was missed, is not known")
  void gaps() {
    assertThat(isWithout(B, node(6, 5))).isFalse();
    assertThat(isWithout(B, node(5, 5), node(7, 5))).isFalse();
    assertThat(isWithout(B, node(5, 5), node(7, 5), node(8, 7))).isTrue();
  }

  @Test
  @DisplayName("an older state that is seen again changes nothing")
  void seenAgain() {
    assertThat(isWithout(A, node(5, 5), node(6, 5), node(5, 5), node(6, 5), node(7, 5))).isTrue();
  }

  @Test
  @DisplayName(
      "a BpfNode made anew begins anew, and while its daemon says nothing nothing is known")
  void madeAnew() {
    BpfNode anew = node(1, 0);
    anew.getMetadata().setUid("anew");
    anew.setStatus(null);
    assertThat(isWithout(A, node(1, 1), anew)).isFalse();
    assertThat(isWithout(A, anew)).isFalse();
  }

  /** By what was seen one after the other; asked of the last. */
  private static boolean isWithout(ProgramKey program, BpfNode... seen) {
    SpecHistory history = SpecHistory.UNKNOWN;
    for (BpfNode node : seen) {
      history = history.with(node);
    }
    return history.isWithout(program, seen[seen.length - 1]);
  }

  private static BpfNode node(long generation, long observed, String... programs) {
    BpfNode node = new BpfNode();
    node.setMetadata(new ObjectMetaBuilder().withUid("uid").withGeneration(generation).build());
    node.setSpec(
        new BpfNodeSpec(
            Arrays.stream(programs).map(p -> new AssignedRevision("ns", p, p + "-1")).toList()));
    node.setStatus(new BpfNodeStatus(observed, null, null, null, null));
    return node;
  }
}
