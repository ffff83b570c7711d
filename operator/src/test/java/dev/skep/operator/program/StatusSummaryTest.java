package dev.skep.operator.program;

import static dev.skep.operator.program.Fixture.NOW;
import static dev.skep.operator.program.Fixture.condition;
import static dev.skep.operator.program.Fixture.lacks;
import static dev.skep.operator.program.Fixture.node;
import static dev.skep.operator.program.Fixture.ready;
import static dev.skep.operator.program.Fixture.rejected;
import static dev.skep.operator.program.Fixture.revision;
import static dev.skep.operator.program.Fixture.state;
import static dev.skep.operator.program.Fixture.summary;
import static dev.skep.operator.program.Fixture.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfProgramStatus.FailureGroup;
import dev.skep.api.v1alpha1.BpfProgramStatus.Nodes;
import dev.skep.api.v1alpha1.BpfProgramStatus.Phase;
import dev.skep.api.v1alpha1.BpfProgramStatus.Usage;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.operator.node.NodeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StatusSummaryTest {
  private final BpfRevision revision = revision("p-2", Mode.Attach);
  private final Candidate admitted = new Candidate.Admitted(revision);

  @Test
  @DisplayName("Ready only when every node shows this very revision attached")
  void readyWhenAllAttached() {
    BpfProgramStatus status =
        summary(
            null,
            admitted,
            revision,
            node("a", state("p-2", State.Attached)),
            node("b", state("p-2", State.Attached)));
    assertThat(status.phase()).isEqualTo(Phase.Ready);
    assertThat(ready(status).getStatus()).isEqualTo("True");

    status =
        summary(
            null,
            admitted,
            revision,
            node("a", state("p-2", State.Attached)),
            node("b", state("p-1", State.Attached)));
    assertThat(status.phase()).isEqualTo(Phase.RollingOut);
    assertThat(ready(status).getStatus()).isEqualTo("False");
  }

  @Test
  @DisplayName("no node that matches: Pending and not Ready")
  void noNodes() {
    BpfProgramStatus status = summary(null, admitted, revision);
    assertThat(status.phase()).isEqualTo(Phase.Pending);
    assertThat(ready(status).getReason()).isEqualTo("NoNodes");
  }

  @Test
  @DisplayName("each mode is ready in the state it asks for")
  void modes() {
    for (Mode mode : Mode.values()) {
      BpfRevision asked = revision("p-2", mode);
      for (State state : List.of(State.Attached, State.Loaded, State.Suspended)) {
        BpfProgramStatus status =
            summary(null, new Candidate.Admitted(asked), asked, node("a", state("p-2", state)));
        assertThat(ready(status).getStatus())
            .as("%s %s", mode, state)
            .isEqualTo(state == NodeTally.goal(mode) ? "True" : "False");
      }
    }
  }

  @Test
  @DisplayName("a node not heard of for 60 s is unknown, whatever it said last")
  void unknown() {
    NodeView lost = node("a", state("p-2", State.Attached), 5, 5, NOW.minusSeconds(61));
    BpfProgramStatus status =
        summary(null, admitted, revision, lost, node("b", state("p-2", State.Attached)));
    assertThat(status.nodes()).isEqualTo(new Nodes(2, 2, 1, 0, 0, 1, 0));
    assertThat(status.phase()).isEqualTo(Phase.Degraded);
    assertThat(ready(status).getReason()).isEqualTo("NodesUnknown");
    assertThat(status.failures())
        .singleElement()
        .satisfies(
            f -> {
              assertThat(f.reason()).isEqualTo(Reason.NodeSilent);
              assertThat(f.message()).contains("goes on running");
              assertThat(f.examples()).containsExactly("a");
            });
  }

  @Test
  @DisplayName("of a silent node that never had the program it is not said that it goes on running")
  void silentBeforeItWasApplied() {
    NodeView had = node("a", state("p-2", State.Attached), 5, 5, NOW.minusSeconds(61));
    NodeView never = node("b", null, 5, 5, NOW.minusSeconds(61));
    assertThat(summary(null, admitted, revision, had, never).failures())
        .extracting(FailureGroup::examples, f -> f.message().contains("goes on running"))
        .containsExactlyInAnyOrder(tuple(List.of("a"), true), tuple(List.of("b"), false));
  }

  @Test
  @DisplayName("nor of a program of which nothing was attached")
  void silentAndNotAttached() {
    NodeView waits = node("a", state("p-2", State.Pending), 5, 5, NOW.minusSeconds(61));
    assertThat(summary(null, admitted, revision, waits).failures())
        .extracting(FailureGroup::message)
        .singleElement()
        .asString()
        .contains("it had attached nothing")
        .doesNotContain("goes on running");
  }

  @Test
  @DisplayName("what a silent node ran is not counted as running at the rate it had then")
  void silentUsage() {
    NodeView lost = node("a", used("p-2", 19_900, 10, 4096), 5, 5, NOW.minusSeconds(61));
    BpfProgramStatus status = summary(null, admitted, revision, lost);
    assertThat(status.runsPerSecond()).isNull();
  }

  @Test
  @DisplayName("an optional function that a node goes without is named, and so is a bare node")
  void leftOut() {
    RevisionProgram one = revision.getSpec().programs().getFirst();
    RevisionProgram optional =
        new RevisionProgram(
            one.function(), one.section(), one.type(), one.attachments(), null, true, one.needs());
    BpfRevision asked = revision("p-2", Mode.Attach);
    asked.setSpec(asked.getSpec().of(List.of(optional)));
    ProgramState without =
        state(
            "p-2",
            State.Attached,
            new FunctionState("f", null, null, null, null)
                .without(Reason.Incompatible, "this kernel has no XDP"));
    BpfProgramStatus status =
        summary(
            null,
            new Candidate.Admitted(asked),
            asked,
            node("a", without),
            node("b", used("p-2", 1, 1, 1)));
    assertThat(status.phase()).isEqualTo(Phase.Ready);
    assertThat(status.failures()).isEmpty();
    assertThat(status.leftOut())
        .containsExactly(
            new FailureGroup(
                Reason.Incompatible,
                "f",
                "this kernel has no XDP",
                1,
                List.of("6.1-a"),
                List.of("a")));
    assertThat(ready(status).getMessage())
        .isEqualTo(
            "attached on 2 of 2 nodes; without optional f on 1 node, status.leftOut says why;"
                + " nothing is attached on 1 node");
  }

  @Test
  @DisplayName("what waits for something is Pending, whether the node or the operator waits")
  void waitsInOneWord() {
    BpfProgramStatus node =
        summary(
            null,
            admitted,
            revision,
            node("a", state("p-2", State.Pending, Reason.NoTarget, "no interface matches e*")));
    BpfProgramStatus operator =
        summary(
            null,
            new Candidate.Refused(List.of(Failure.of(Reason.ConfigMapNotFound, "no ConfigMap c"))),
            null,
            node("a", null));
    assertThat(List.of(node.phase(), operator.phase())).containsOnly(Phase.Pending);
  }

  @Test
  @DisplayName("what few nodes fail of is named before what many wait for")
  void worstIsNamed() {
    ProgramState waits = state("p-2", State.Pending, Reason.InterfaceNotFound, "no interface eth1");
    BpfProgramStatus status =
        summary(
            null,
            admitted,
            revision,
            node("a", waits),
            node("b", waits),
            node("c", state("p-2", State.Failed, Reason.VerifierRejected, "bad pointer")));

    assertThat(ready(status).getReason()).isEqualTo("VerifierRejected");
    assertThat(ready(status).getMessage()).endsWith("failed on 1: bad pointer");
    assertThat(status.failures().getFirst().reason()).isEqualTo(Reason.InterfaceNotFound);
  }

  @Test
  @DisplayName("what an old revision failed of does not count against the new one")
  void oldFailuresAreOver() {
    BpfProgramStatus status =
        summary(
            null,
            admitted,
            revision,
            node("a", state("p-1", State.Failed, Reason.VerifierRejected, "no bound")));
    assertThat(status.failures()).isEmpty();
    assertThat(status.phase()).isEqualTo(Phase.RollingOut);
  }

  @Test
  @DisplayName("a specification that is refused: Rejected, and what ran before is still named")
  void refusedKeepsTheOld() {
    BpfRevision old = revision("p-1", Mode.Attach);
    Candidate refused =
        new Candidate.Refused(List.of(Failure.of(Reason.UnknownGlobal, "globals.x: no such")));
    BpfProgramStatus status = summary(null, refused, old, node("a", state("p-1", State.Attached)));
    assertThat(status.phase()).isEqualTo(Phase.Rejected);
    assertThat(status.revision()).isEqualTo("p-1");
    assertThat(status.nodes().ready()).isEqualTo(1);
    assertThat(ready(status).getStatus()).isEqualTo("False");
    assertThat(ready(status).getMessage()).contains("globals.x: no such").contains("p-1");
    assertThat(condition(status, Conditions.ADMITTED).getStatus()).isEqualTo("False");
    assertThat(status.failures()).extracting(FailureGroup::nodes).containsOnlyNulls();
  }

  @Test
  @DisplayName("a registry that does not answer rejects nothing: Degraded, and it may mend itself")
  void transientIsNotRejected() {
    Candidate refused =
        new Candidate.Refused(List.of(Failure.of(Reason.RegistryUnreachable, "no answer")));
    assertThat(summary(null, refused, null, node("a", null)).phase()).isEqualTo(Phase.Degraded);
  }

  @Test
  @DisplayName("Stalled is there while waiting will not help, and only then")
  void stalled() {
    NodeView rejected = node("a", rejected("no bound"));
    NodeView busy = node("b", state("p-2", State.Failed, Reason.InterfaceBusy, "taken"));
    NodeView attached = node("c", state("p-2", State.Attached));
    NodeView lost = node("d", state("p-2", State.Attached), 5, 5, NOW.minusSeconds(61));

    assertThat(isStalled(summary(null, admitted, revision, attached))).isFalse();
    assertThat(isStalled(summary(null, admitted, revision))).isFalse();
    assertThat(isStalled(summary(null, admitted, revision, node("a", null)))).isFalse();
    assertThat(isStalled(summary(null, admitted, revision, attached, lost))).isFalse();
    assertThat(isStalled(summary(null, admitted, revision, attached, busy))).isFalse();
    assertThat(isStalled(summary(null, refused(Reason.RegistryUnreachable), null))).isFalse();

    assertThat(isStalled(summary(null, refused(Reason.UnknownGlobal), null))).isTrue();
    assertThat(isStalled(summary(null, refused(Reason.ImageNotFound), null))).isTrue();
    assertThat(isStalled(summary(null, admitted, revision, attached, node("b", lacks("no")))))
        .isTrue();
    BpfProgramStatus stalled = summary(null, admitted, revision, attached, busy, rejected);
    assertThat(isStalled(stalled)).isTrue();
    assertThat(isStalled(summary(stalled, admitted, revision, attached))).isFalse();
  }

  @Test
  @DisplayName("what is neither ready nor stalled is in progress: also what is tried again")
  void inProgress() {
    NodeView lost = node("a", state("p-2", State.Attached), 5, 5, NOW.minusSeconds(61));
    NodeView busy = node("b", state("p-2", State.Failed, Reason.InterfaceBusy, "taken"));
    for (BpfProgramStatus waits :
        List.of(
            summary(null, refused(Reason.RegistryUnreachable), null),
            summary(null, refused(Reason.ConfigMapNotFound), null),
            summary(null, new Candidate.Awaiting(), null),
            summary(null, admitted, revision),
            summary(null, admitted, revision, lost),
            summary(null, admitted, revision, busy))) {
      assertThat(Conditions.isTrue(waits.conditions(), Conditions.PROGRESSING)).isTrue();
      assertThat(condition(waits, Conditions.PROGRESSING).getMessage())
          .isEqualTo(ready(waits).getMessage());
      isOneOfThree(waits);
    }
    isOneOfThree(summary(null, refused(Reason.UnknownGlobal), null));
  }

  private static void isOneOfThree(BpfProgramStatus status) {
    assertThat(
            List.of(Conditions.READY, Conditions.PROGRESSING, Conditions.STALLED).stream()
                .filter(type -> Conditions.isTrue(status.conditions(), type)))
        .hasSize(1);
  }

  private static Candidate refused(Reason reason) {
    return new Candidate.Refused(List.of(Failure.of(reason, "no")));
  }

  private static boolean isStalled(BpfProgramStatus status) {
    return Conditions.isTrue(status.conditions(), Conditions.STALLED);
  }

  @Test
  @DisplayName("the revision before the current one is remembered")
  void previousRevision() {
    BpfProgramStatus first =
        summary(
            null,
            new Candidate.Admitted(revision("p-1", Mode.Attach)),
            revision("p-1", Mode.Attach));
    assertThat(first.previousRevision()).isNull();
    BpfProgramStatus second = summary(first, admitted, revision);
    assertThat(second.previousRevision()).isEqualTo("p-1");
    assertThat(summary(second, admitted, revision).previousRevision()).isEqualTo("p-1");
  }

  @Test
  @DisplayName("usage sums runs, weighs times and names the busiest node")
  void usage() {
    BpfProgramStatus status =
        summary(
            null,
            admitted,
            revision,
            node("a", used("p-2", 100, 10, 1000)),
            node("b", used("p-2", 300, 30, 1000)));
    assertThat(status.runsPerSecond()).isEqualTo(400);
    assertThat(status.nanosecondsPerRun()).isEqualTo(25);
    assertThat(status.mapMemoryBytes()).isEqualTo(2000);
    assertThat(status.usage()).containsExactly(new Usage("f", 400.0, 25L, "b"));
  }

  @Test
  @DisplayName("counts always add up to the nodes desired, and summing up twice changes nothing")
  void countsAddUp() {
    Random random = new Random(11);
    for (int round = 0; round < 200; round++) {
      List<NodeView> nodes = new ArrayList<>();
      for (int n = random.nextInt(12); n > 0; n--) {
        State any = State.values()[random.nextInt(State.values().length)];
        nodes.add(
            node(
                "n" + n,
                random.nextInt(4) == 0 ? null : state("p-" + (1 + random.nextInt(2)), any),
                5,
                5,
                NOW.minusSeconds(random.nextInt(120))));
      }
      NodeView[] all = nodes.toArray(NodeView[]::new);
      BpfProgramStatus status = summary(null, admitted, revision, all);
      Nodes counts = status.nodes();
      assertThat(
              counts.ready()
                  + counts.failed()
                  + counts.pending()
                  + counts.unknown()
                  + counts.incompatible())
          .isEqualTo(counts.desired())
          .isEqualTo(nodes.size());
      assertThat(summary(status, admitted, revision, all)).isEqualTo(status);
      assertThat(status).satisfies(StatusSummaryTest::isOneOfThree);
      assertThat(status.phase() == Phase.Ready)
          .isEqualTo(counts.ready() == counts.desired() && counts.desired() > 0);
    }
  }
}
