package dev.skep.node.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.node.kernel.SimulatedKernel;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StatusBoardTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LATE = NOW.plus(StatusBoard.GRACE);
  private static final Instant VERY_LATE = NOW.plus(StatusBoard.FIRST_GRACE);

  private final StatusBoard board = new StatusBoard("test");

  @Test
  @DisplayName("a generation is claimed when every program of it is spoken of, not before")
  void generation() {
    board.generation(1, NOW);
    board.coming(revision("a", "1"), NOW);
    board.coming(revision("b", "1"), NOW);
    board.settle(row("a", "1", State.Attached));

    assertThat(board.snapshot(NOW).observedGeneration()).isNull();
    assertThat(board.snapshot(NOW).programs()).hasSize(1);

    board.settle(row("b", "1", State.Failed));
    assertThat(board.snapshot(NOW).observedGeneration()).isEqualTo(1);
    assertThat(board.snapshot(NOW).summary()).isEqualTo("1 attached, 1 failed");
  }

  @Test
  @DisplayName("what takes its time is shown as Pending, and then the generation is claimed")
  void slow() {
    spokenOf(1);
    board.generation(2, NOW);
    board.coming(revision("a", "1"), NOW);

    assertThat(board.snapshot(LATE).observedGeneration()).isEqualTo(2);
    assertThat(board.snapshot(LATE).programs().getFirst().state()).isEqualTo(State.Pending);
  }

  @Test
  @DisplayName("the first word waits longer: until all that stands is adopted, or takes its time")
  void firstWord() {
    board.generation(1, NOW);
    board.coming(revision("a", "1"), NOW);
    board.coming(revision("b", "1"), NOW);
    board.settle(row("a", "1", State.Attached));

    board.generation(2, LATE);
    board.coming(revision("b", "2"), LATE);
    assertThat(board.due(LATE)).contains(VERY_LATE);
    assertThat(board.snapshot(VERY_LATE).observedGeneration()).isEqualTo(2);
    assertThat(board.snapshot(VERY_LATE).summary()).isEqualTo("1 attached, 1 pending");
  }

  @Test
  @DisplayName("the first word is said as soon as all stands, and what the kernel is is known")
  void firstWordOfAll() {
    board.generation(1, NOW);
    board.coming(revision("a", "1"), NOW);
    board.settle(row("a", "1", State.Attached));
    assertThat(board.due(NOW)).contains(VERY_LATE);

    board.kernel(new SimulatedKernel().facts());
    assertThat(board.due(LATE)).contains(LATE);
  }

  @Test
  @DisplayName("nothing is said while it is not known what shall run")
  void unknown() {
    board.lacks(Optional.of(Failure.of(Reason.NodeNotReady, "no bpffs")));
    assertThat(board.due(NOW)).isEmpty();

    board.kernel(new SimulatedKernel().facts());
    assertThat(board.due(NOW)).isEmpty();
    board.generation(1, NOW);
    assertThat(board.due(NOW)).contains(NOW);
  }

  @Test
  @DisplayName("until the new revision has settled the row goes on speaking of the old one")
  void update() {
    board.settle(row("a", "1", State.Attached));
    board.generation(2, NOW);
    board.coming(revision("a", "2"), NOW);

    assertThat(board.snapshot(LATE).programs()).containsExactly(row("a", "1", State.Attached));
    assertThat(board.settled()).isFalse();
  }

  @Test
  @DisplayName("a program stays listed until it is let go, however the generations run")
  void leaving() {
    board.generation(1, NOW);
    board.coming(revision("a", "1"), NOW);
    board.generation(2, NOW);
    board.leaving(revision("a", "1"), NOW);

    assertThat(board.snapshot(NOW).observedGeneration()).isNull();
    assertThat(board.snapshot(VERY_LATE).programs()).hasSize(1);

    board.gone(revision("a", "1"));
    assertThat(board.snapshot(NOW).observedGeneration()).isEqualTo(2);
    assertThat(board.snapshot(NOW).programs()).isEmpty();
  }

  @Test
  @DisplayName("an outcome that was outrun does not count as that of the newer revision")
  void outrun() {
    board.generation(1, NOW);
    board.coming(revision("a", "1"), NOW);
    board.generation(2, NOW);
    board.coming(revision("a", "2"), NOW);

    board.settle(row("a", "1", State.Attached));
    board.gone(revision("a", "1"));

    assertThat(board.settled()).isFalse();
    assertThat(board.snapshot(NOW).programs()).containsExactly(row("a", "1", State.Attached));
  }

  private void spokenOf(long generation) {
    board.generation(generation, NOW);
    board.snapshot(NOW);
  }

  private static AssignedRevision revision(String name, String revision) {
    return new AssignedRevision("ns", name, revision);
  }

  private static ProgramState row(String name, String revision, State state) {
    return new ProgramState("ns", name, revision, state, null, null, null, null, null);
  }
}
