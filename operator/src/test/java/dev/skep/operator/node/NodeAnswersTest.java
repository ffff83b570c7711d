package dev.skep.operator.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeSpec;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeSpec.NodeFacts;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A node is told of itself what its programs ask, and no more")
class NodeAnswersTest {
  private static final ProgramKey A = new ProgramKey("ns", "a");
  private static final ProgramKey B = new ProgramKey("ns", "b");
  private static final BpfNodeSpec RUNS_A =
      new BpfNodeSpec(List.of(new AssignedRevision("ns", "a", "a-1")));
  private static final Node NODE =
      new NodeBuilder()
          .withNewMetadata()
          .withName("n")
          .withLabels(Map.of("zone", "eu", "secret", "x"))
          .endMetadata()
          .withNewStatus()
          .addNewAddress("host", "Hostname")
          .addNewAddress("10.0.0.1", "InternalIP")
          .addNewAddress("fd00::1", "InternalIP")
          .endStatus()
          .build();

  private static Placement asks(boolean internal, boolean external, String... labels) {
    return new Placement(
        Map.of("n", "a-1"), Set.of("n"), new NodeQuestions(internal, external, Set.of(labels)));
  }

  private static NodeFacts told(BpfNodeSpec before, Map<ProgramKey, Placement> placements) {
    return NodeAnswers.with(NODE, RUNS_A, before, placements).node();
  }

  @Test
  @DisplayName("addresses and labels that are asked for; what is not there is left out")
  void asked() {
    assertThat(told(null, Map.of(A, asks(true, true, "zone", "none"))))
        .isEqualTo(new NodeFacts("10.0.0.1", null, Map.of("zone", "eu")));
  }

  @Test
  @DisplayName("nothing when nothing is asked, or only by a program that runs elsewhere")
  void notAsked() {
    assertThat(told(null, Map.of(A, asks(false, false)))).isNull();
    assertThat(told(null, Map.of(A, asks(false, false), B, asks(true, true, "zone")))).isNull();
  }

  @Test
  @DisplayName("what it was told stays until it is known what its programs ask")
  void afterARestart() {
    NodeFacts before = new NodeFacts("10.0.0.9", null, Map.of("zone", "us"));
    BpfNodeSpec spec = new BpfNodeSpec(RUNS_A.programs(), before);

    assertThat(told(spec, Map.of())).isEqualTo(before);
    assertThat(told(spec, Map.of(A, asks(false, false, "zone"))))
        .isEqualTo(new NodeFacts(null, null, Map.of("zone", "eu")));
  }
}
