package dev.skep.operator.program;

import static dev.skep.operator.program.Fixture.KEY;
import static dev.skep.operator.program.Fixture.NOW;
import static dev.skep.operator.program.Fixture.UNKNOWN_AFTER;
import static dev.skep.operator.program.Fixture.assigned;
import static dev.skep.operator.program.Fixture.condition;
import static dev.skep.operator.program.Fixture.node;
import static dev.skep.operator.program.Fixture.program;
import static dev.skep.operator.program.Fixture.ready;
import static dev.skep.operator.program.Fixture.state;
import static dev.skep.operator.program.Fixture.summary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfProgramStatus.FailureGroup;
import dev.skep.api.v1alpha1.BpfProgramStatus.Nodes;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.operator.node.NodeView;
import dev.skep.operator.node.ProgramKey;
import dev.skep.operator.node.SpecHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DepartureTest {
  private static final Instant FRESH = NOW.minusSeconds(5);
  private static final Instant SILENT = NOW.minusSeconds(90);

  @Test
  @DisplayName("it is over when every node noticed and none lists it")
  void over() {
    assertThat(after(10, node("a", null), node("b", null)).isOver()).isTrue();
    assertThat(after(10).isOver()).isTrue();
  }

  @Test
  @DisplayName("a node is waited for that lists it, is still told to run it, or has not noticed")
  void waits() {
    assertThat(after(10, node("a", state("p-1", State.Attached))).waiting()).containsExactly("a");
    assertThat(after(10, assigned(node("a", null))).waiting()).containsExactly("a");
    assertThat(after(10, node("a", null, 6, 5, FRESH)).waiting()).containsExactly("a");
  }

  @Test
  @DisplayName("a node without a BpfNode, or where no daemon ever was, holds nothing up")
  void neverThere() {
    NodeView bare = new NodeView("a", Map.of(), null, null);
    NodeView told = node("b", null, 6, 5, null);
    told.bpfNode().setStatus(null);
    assertThat(after(10, bare, told).isOver()).isTrue();
  }

  @Test
  @DisplayName("a BpfNode made anew after its daemon's last word holds nothing up")
  void wordTakenBack() {
    NodeView anew = node("a", null, 6, 5, SILENT);
    anew.bpfNode().setStatus(null);
    anew.bpfNode().getMetadata().setCreationTimestamp(NOW.minusSeconds(10).toString());
    assertThat(after(10, anew).isOver()).isTrue();
    anew.bpfNode().getMetadata().setCreationTimestamp(SILENT.toString());
    assertThat(after(10, anew).waiting()).containsExactly("a");
  }

  @Test
  @DisplayName("a node that was not told of it since its daemon's last word is not waited for")
  void neverTold() {
    NodeView silent = node("a", null, 6, 5, SILENT);
    assertThat(after(10, told(silent, 5, 6, Map.of())).isOver()).isTrue();
    assertThat(after(10, told(silent, 2, 6, Map.of(KEY, 4L))).isOver()).isTrue();
  }

  @Test
  @DisplayName("one is waited for that may have been told since, or of which that is not known")
  void perhapsTold() {
    NodeView silent = node("a", null, 8, 5, SILENT);
    // Told and untold while its daemon said nothing.
    assertThat(after(10, told(silent, 2, 8, Map.of(KEY, 7L))).waiting()).containsExactly("a");
    assertThat(after(10, told(silent, 2, 8, Map.of(KEY, 5L))).waiting()).containsExactly("a");
    // The operator started after the last word, or has not seen the newest yet.
    assertThat(after(10, told(silent, 6, 8, Map.of())).waiting()).containsExactly("a");
    assertThat(after(10, told(silent, 2, 7, Map.of())).waiting()).containsExactly("a");
    // It says itself that it has it, or is to have it.
    NodeView has = node("a", state("p-1", State.Attached), 8, 5, SILENT);
    assertThat(after(10, told(has, 2, 8, Map.of())).waiting()).containsExactly("a");
    NodeView gets = assigned(node("a", null, 8, 5, SILENT));
    assertThat(after(10, told(gets, 2, 8, Map.of())).waiting()).containsExactly("a");
    // What another BpfNode of this name was told.
    silent.bpfNode().getMetadata().setUid("another");
    assertThat(after(10, told(silent, 2, 8, Map.of())).waiting()).containsExactly("a");
  }

  @Test
  @DisplayName("a node not heard of is waited for five minutes, then let go and named")
  void abandons() {
    NodeView silent = node("a", state("p-1", State.Attached), 6, 5, SILENT);
    Departure early = after(299, silent);
    assertThat(early.waiting()).containsExactly("a");
    assertThat(early.lookAgain()).contains(NOW.plusSeconds(1));
    Departure late = after(300, silent);
    assertThat(late.isOver()).isTrue();
    assertThat(late.abandoned()).containsExactly("a");
  }

  @Test
  @DisplayName("for whom it waits is said; of the silent since when, until when, and what to do")
  void says() {
    NodeView heard = node("a", state("p-1", State.Attached));
    NodeView silent = node("b", state("p-1", State.Attached), 6, 5, SILENT);
    assertThat(after(10, heard).message()).isEqualTo("waiting for 1 node to let go: a");
    assertThat(after(10, heard, silent).message())
        .isEqualTo(
            "waiting for 2 nodes to let go: a, b (silent since 2026-01-01T11:58:30Z): nothing is"
                + " heard of the daemon, and the deletion waits for its word until"
                + " 2026-01-01T12:04:50Z, 300 s after it began; what it attached may go on running"
                + " then, until it is back. Look for its pod on the node, and at its log");
  }

  @Test
  @DisplayName("status tells what is left to let go, and no longer what was wrong before")
  void terminating() {
    BpfProgramStatus before =
        summary(
            null,
            new Candidate.Refused(List.of(Failure.of(Reason.UnknownGlobal, "no such"))),
            null,
            node("a", null),
            node("b", null));
    Departure departure =
        after(
            10,
            node("a", state("p-1", State.Attached)),
            node("b", state("p-1", State.Attached), 6, 5, SILENT));
    BpfProgramStatus status = Departures.terminating(program(before), departure, NOW);
    assertThat(status.nodes()).isEqualTo(new Nodes(2, 0, 0, 0, 1, 1, 0));
    assertThat(status.failures())
        .extracting(FailureGroup::reason)
        .containsExactly(Reason.NodeSilent);
    assertThat(ready(status).getMessage()).isEqualTo(departure.message());
    assertThat(condition(status, Conditions.DEGRADED).getReason()).isEqualTo("NodesUnknown");
    assertThat(Conditions.find(status.conditions(), Conditions.STALLED)).isEmpty();
    assertThat(Announcement.between(before, status))
        .singleElement()
        .satisfies(event -> assertThat(event.message()).contains("12:04:50Z").endsWith("(on b)"));
  }

  @Test
  @DisplayName("it looks again when a node that is waited for falls silent")
  void looksWhenOneFallsSilent() {
    Departure departure = after(10, node("a", state("p-1", State.Attached), 6, 5, FRESH));
    assertThat(departure.lookAgain()).contains(FRESH.plus(UNKNOWN_AFTER));
  }

  @Test
  @DisplayName("a node that is heard of is waited for, however long it takes")
  void neverAbandonsTheLiving() {
    Departure departure = after(3600, node("a", state("p-1", State.Failed), 6, 6, FRESH));
    assertThat(departure.waiting()).containsExactly("a");
    assertThat(departure.lookAgain()).hasValueSatisfying(t -> assertThat(t).isAfter(NOW));
  }

  private static NodeView told(NodeView node, long since, long last, Map<ProgramKey, Long> named) {
    return new NodeView(
        node.name(),
        node.labels(),
        node.bpfNode(),
        node.heartbeat(),
        new SpecHistory(null, since, last, named));
  }

  private static Departure after(long seconds, NodeView... nodes) {
    return Departure.of(
        KEY, List.of(nodes), NOW.minusSeconds(seconds), UNKNOWN_AFTER, Duration.ofMinutes(5), NOW);
  }
}
