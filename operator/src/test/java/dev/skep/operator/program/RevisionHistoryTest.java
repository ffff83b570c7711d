package dev.skep.operator.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfRevision;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RevisionHistoryTest {
  private final List<BpfRevision> ten =
      IntStream.range(0, 10).mapToObj(RevisionHistoryTest::revision).toList();

  @Test
  @DisplayName("the newest are kept, and those that run or ran before, however old")
  void keepsWhatMayBeNeeded() {
    assertThat(superfluous("p-9", "p-0", Set.of())).containsExactly("p-4", "p-3", "p-2", "p-1");
  }

  @Test
  @DisplayName("a revision that a node names is kept")
  void keepsWhatNodesName() {
    assertThat(superfluous("p-9", "p-8", Set.of("p-1"))).doesNotContain("p-1").contains("p-0");
  }

  @Test
  @DisplayName("a few are never too many")
  void few() {
    assertThat(RevisionHistory.superfluous(ten.subList(0, 5), status("p-4", "p-3"), Set.of()))
        .isEmpty();
  }

  private List<String> superfluous(String current, String previous, Set<String> named) {
    return RevisionHistory.superfluous(ten, status(current, previous), named).stream()
        .map(r -> r.getMetadata().getName())
        .toList();
  }

  private static BpfProgramStatus status(String current, String previous) {
    return new BpfProgramStatus(
        1L, null, null, current, previous, null, null, null, null, null, null, null, null);
  }

  private static BpfRevision revision(int i) {
    BpfRevision revision = Fixture.revision("p-" + i, Mode.Attach);
    revision.getMetadata().setCreationTimestamp("2026-01-01T00:00:0" + i + "Z");
    return revision;
  }
}
