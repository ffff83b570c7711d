package dev.skep.operator.program;

import static dev.skep.operator.program.Fixture.lacks;
import static dev.skep.operator.program.Fixture.node;
import static dev.skep.operator.program.Fixture.ready;
import static dev.skep.operator.program.Fixture.rejected;
import static dev.skep.operator.program.Fixture.revision;
import static dev.skep.operator.program.Fixture.state;
import static dev.skep.operator.program.Fixture.summary;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.LinkState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfProgramStatus.FailureGroup;
import dev.skep.api.v1alpha1.BpfProgramStatus.Nodes;
import dev.skep.api.v1alpha1.BpfProgramStatus.Phase;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.operator.node.NodeView;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a program's status says of what is wrong with it on its nodes. */
class FailureGroupsTest {
  private final BpfRevision revision = revision("p-2", Mode.Attach);
  private final Candidate admitted = new Candidate.Admitted(revision);

  @Test
  @DisplayName("nodes that fail in words of their own each do not make the status grow without end")
  void boundedFailures() {
    NodeView[] nodes =
        IntStream.range(0, 50)
            .mapToObj(
                i ->
                    node("n" + i, state("p-2", State.Failed, Reason.AttachFailed, "in words " + i)))
            .toArray(NodeView[]::new);
    BpfProgramStatus status = summary(null, admitted, revision, nodes);
    assertThat(status.failures()).hasSize(20);
    assertThat(status.nodes().failed()).isEqualTo(50);
  }

  @Test
  @DisplayName("one row for each cause, with the nodes and kernels that share it")
  void failuresAreGrouped() {
    BpfProgramStatus status =
        summary(
            null,
            admitted,
            revision,
            node("a1", state("p-2", State.Failed, Reason.VerifierRejected, "no bound")),
            node("a2", state("p-2", State.Failed, Reason.VerifierRejected, "no bound")),
            node("b1", state("p-2", State.Failed, Reason.VerifierRejected, "no bound")),
            node("b2", state("p-2", State.Incompatible, Reason.Incompatible, "no fentry")),
            node("b3", state("p-2", State.Attached)));
    assertThat(status.failures())
        .containsExactly(
            new FailureGroup(
                Reason.VerifierRejected,
                null,
                "no bound",
                3,
                List.of("6.1-a", "6.1-b"),
                List.of("a1", "a2", "b1")),
            new FailureGroup(
                Reason.Incompatible, null, "no fentry", 1, List.of("6.1-b"), List.of("b2")));
    assertThat(status.nodes()).isEqualTo(new Nodes(5, 5, 1, 3, 0, 0, 1));
    assertThat(status.phase()).isEqualTo(Phase.Degraded);
    assertThat(ready(status).getMessage()).contains("no bound");
  }

  @Test
  @DisplayName("what differs only by the kernel's name is one row, which lists the kernels")
  void groupedByKernel() {
    BpfProgramStatus status =
        summary(
            null,
            admitted,
            revision,
            node("a1", lacks("this kernel (6.1-a) does not have it; Linux 6.4 can have it")),
            node("b1", lacks("this kernel (6.1-b) does not have it; Linux 6.4 can have it")),
            node("c1", state("p-2", State.Attached)));

    FailureGroup group = status.failures().getFirst();
    assertThat(status.failures()).hasSize(1);
    assertThat(group.message()).isEqualTo("this kernel does not have it; Linux 6.4 can have it");
    assertThat(group.kernels()).containsExactly("6.1-a", "6.1-b");
    assertThat(group.nodes()).isEqualTo(2);
    assertThat(status.nodes()).isEqualTo(new Nodes(3, 3, 1, 0, 0, 0, 2));
    assertThat(ready(status).getReason()).isEqualTo("Incompatible");
    assertThat(ready(status).getMessage())
        .isEqualTo(
            "attached on 1 of 3 nodes, 2 cannot run it: this kernel does not have it; Linux 6.4"
                + " can have it (kernels 6.1-a, 6.1-b)");
  }

  @Test
  @DisplayName("where a kernel keeps a map is no other cause")
  void groupedByAddress() {
    BpfProgramStatus status =
        summary(
            null,
            admitted,
            revision,
            node("a1", rejected("4: (18) r1 = 0xffff8881fd44c400 ; R1=map_ptr")),
            node("b1", rejected("4: (18) r1 = 0xffff888103a1f000 ; R1=map_ptr")));

    assertThat(status.failures()).hasSize(1);
    assertThat(status.failures().getFirst().message()).isEqualTo("4: (18) r1 = 0x… ; R1=map_ptr");
  }

  @Test
  @DisplayName("of several functions each says what is wrong with it, and what runs is said")
  void eachFunction() {
    List<FunctionState> functions =
        List.of(
            new FunctionState("on", 1, List.of(new LinkState(5, "xdp eth0")), null, null),
            new FunctionState("a", 2, null, null, null)
                .without(Reason.InterfaceNotFound, "no eth7"),
            new FunctionState("b", 3, null, null, null).without(Reason.BinaryNotFound, "no app"));
    ProgramState row =
        new ProgramState(
            Fixture.KEY.namespace(),
            Fixture.KEY.name(),
            "p-2",
            State.Pending,
            Reason.InterfaceNotFound,
            "no eth7 (and 1 more)",
            "a",
            functions,
            List.of());
    BpfProgramStatus status = summary(null, admitted, revision, node("n", row));
    assertThat(status.failures())
        .extracting(FailureGroup::function, FailureGroup::reason, FailureGroup::message)
        .containsExactly(
            tuple("a", Reason.InterfaceNotFound, "no eth7"),
            tuple("b", Reason.BinaryNotFound, "no app"));
    assertThat(ready(status).getMessage())
        .isEqualTo("attached on 0 of 1 nodes, in part on 1, waiting: no eth7");
    assertThat(status.leftOut()).isEmpty();
  }
}
