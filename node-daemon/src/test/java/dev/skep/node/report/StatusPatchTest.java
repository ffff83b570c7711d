package dev.skep.node.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeStatus;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StatusPatchTest {
  @Test
  @DisplayName("a merge patch takes away what is empty by now")
  void nulls() {
    String patch =
        new StatusPatch(null, "n")
            .patch(new BpfNodeStatus(7L, "1.0", "", null, List.of()))
            .toString();

    assertThat(patch)
        .isEqualTo(
            "{\"status\":{\"observedGeneration\":7,\"daemonVersion\":\"1.0\",\"summary\":null,"
                + "\"kernel\":null,\"programs\":null}}");
  }

  @Test
  @DisplayName("no field of the status is missing in the list of what a patch takes away")
  void complete() {
    assertThat(BpfNodeStatus.class.getRecordComponents())
        .extracting(component -> component.getName())
        .containsExactlyInAnyOrderElementsOf(StatusPatch.FIELDS);
  }
}
