package dev.skep.operator.program;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfNodeSpec;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeStatus;
import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.KernelFacts;
import dev.skep.api.v1alpha1.BpfNodeStatus.MapState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.BpfRevisionSpec;
import dev.skep.api.v1alpha1.BpfRevisionSpec.ResolvedObject;
import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.api.v1alpha1.Image;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.operator.config.OperatorSettings;
import dev.skep.operator.node.NodeView;
import dev.skep.operator.node.ProgramKey;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Programs, revisions and nodes to decide on. */
final class Fixture {
  static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  static final Duration UNKNOWN_AFTER = Duration.ofSeconds(60);
  static final ProgramKey KEY = new ProgramKey("ns", "p");

  private Fixture() {}

  static BpfProgram program(BpfProgramStatus status) {
    BpfProgram program = new BpfProgram();
    program.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(KEY.namespace())
            .withName(KEY.name())
            .withUid("uid")
            .withGeneration(3L)
            .build());
    program.setSpec(
        new BpfProgramSpec(
            new Image("r/p:v1", null, null), null, null, null, null, null, null, null));
    program.setStatus(status);
    return program;
  }

  static BpfRevision revision(String name, Mode mode) {
    BpfRevision revision = new BpfRevision();
    revision.setMetadata(
        new ObjectMetaBuilder().withNamespace(KEY.namespace()).withName(name).build());
    revision.setSpec(
        new BpfRevisionSpec(
            KEY.name(),
            new ResolvedObject("r/p:v1", "sha256:d", "sha256:o", 10),
            "load",
            List.of(
                new RevisionProgram("f", "xdp", "xdp", Attach.of(new Xdp(List.of("eth0"), null)))),
            null,
            null,
            null,
            null,
            mode));
    return revision;
  }

  /** A node that says this of the program; null says nothing. */
  static NodeView node(String name, ProgramState state) {
    return node(name, state, 5, 5, NOW.minusSeconds(5));
  }

  static NodeView node(
      String name, ProgramState state, long generation, long observed, Instant heartbeat) {
    BpfNode node = new BpfNode();
    node.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withGeneration(generation)
            .withCreationTimestamp("2026-01-01T00:00:00Z")
            .build());
    node.setStatus(
        new BpfNodeStatus(
            observed,
            "1",
            null,
            new KernelFacts(
                "6.1-" + name.charAt(0), null, null, null, null, null, null, null, null),
            state == null ? List.of() : List.of(state)));
    return new NodeView(name, Map.of(), node, heartbeat);
  }

  static NodeView assigned(NodeView node) {
    node.bpfNode()
        .setSpec(
            new BpfNodeSpec(List.of(new AssignedRevision(KEY.namespace(), KEY.name(), "p-1"))));
    return node;
  }

  static ProgramState state(String revision, State state) {
    return state(revision, state, null, null);
  }

  static ProgramState state(String revision, State state, Reason reason, String message) {
    return new ProgramState(
        KEY.namespace(), KEY.name(), revision, state, reason, message, null, null, null);
  }

  static ProgramState state(String revision, State state, FunctionState function) {
    return new ProgramState(
        KEY.namespace(), KEY.name(), revision, state, null, null, null, List.of(function), null);
  }

  static ProgramState used(String revision, double runs, long nanoseconds, long bytes) {
    return new ProgramState(
        KEY.namespace(),
        KEY.name(),
        revision,
        State.Attached,
        null,
        null,
        null,
        List.of(new FunctionState("f", 1, null, runs, nanoseconds)),
        List.of(new MapState("m", 1, "hash", 10L, bytes)));
  }

  static BpfProgramStatus summary(
      BpfProgramStatus before, Candidate candidate, BpfRevision revision, NodeView... nodes) {
    return StatusSummary.of(
        new StatusSummary.Inputs(
            program(before),
            candidate,
            Optional.ofNullable(revision),
            List.of(nodes),
            revision == null
                ? Map.of()
                : List.of(nodes).stream()
                    .collect(
                        Collectors.toMap(NodeView::name, n -> revision.getMetadata().getName())),
            UNKNOWN_AFTER,
            NOW));
  }

  static OperatorSettings.Status settings() {
    return new OperatorSettings.Status() {
      @Override
      public Duration grace() {
        return Duration.ofMillis(100);
      }

      @Override
      public Duration pace() {
        return Duration.ofSeconds(1);
      }

      @Override
      public Duration usage() {
        return Duration.ofSeconds(60);
      }
    };
  }

  static Condition ready(BpfProgramStatus status) {
    return condition(status, Conditions.READY);
  }

  static Condition condition(BpfProgramStatus status, String type) {
    return Conditions.find(status.conditions(), type).orElseThrow();
  }

  static ProgramState rejected(String message) {
    return state("p-2", State.Failed, Reason.VerifierRejected, message);
  }

  static ProgramState lacks(String message) {
    return state("p-2", State.Incompatible, Reason.Incompatible, message);
  }
}
