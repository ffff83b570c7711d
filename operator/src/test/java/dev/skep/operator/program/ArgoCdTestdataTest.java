package dev.skep.operator.program;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfNodeStatus;
import dev.skep.api.v1alpha1.BpfNodeStatus.KernelFacts;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.BpfRevisionSpec;
import dev.skep.api.v1alpha1.BpfRevisionSpec.ResolvedObject;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.operator.node.NodeView;
import dev.skep.operator.node.ProgramKey;
import dev.skep.operator.program.StatusSummary.Inputs;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scripts of config/argocd are tried on statuses that this operator writes. */
class ArgoCdTestdataTest {
  private static final Path TESTDATA =
      Path.of("../config/argocd/resource_customizations/skep.dev/BpfProgram/testdata");
  private static final Path SCHEMA = Path.of("../crds/src/main/crds/bpfprograms.yaml");
  private static final Instant NOW = Instant.parse("2026-05-04T10:00:00Z");
  private static final Duration UNKNOWN_AFTER = Duration.ofSeconds(60);
  private static final ProgramState ATTACHED = row(State.Attached, null, null);

  static Stream<Path> manifests() throws IOException {
    try (Stream<Path> files = Files.list(TESTDATA)) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("manifests")
  @DisplayName("a status that health is judged by is what the operator writes then")
  void isWhatTheOperatorWrites(Path manifest) throws IOException {
    JsonNode shown = read(manifest);
    BpfProgram program = Serialization.unmarshal(shown.toString(), BpfProgram.class);
    program.setStatus(null);
    // An edit that the operator has not seen changes the generation, and nothing else.
    program.getMetadata().setGeneration(shown.at("/status/observedGeneration").asLong());
    String story = manifest.getFileName().toString().replace(".yaml", "");
    JsonNode written =
        story.equals("unseen")
            ? read(SCHEMA).at("/spec/versions/0/schema/openAPIV3Schema/properties/status/default")
            : Serialization.unmarshal(Serialization.asJson(status(story, program)), JsonNode.class);
    assertThat(shown.get("status"))
        .as("written is\n%s", Serialization.asYaml(written))
        .isEqualTo(written);
  }

  private static JsonNode read(Path manifest) throws IOException {
    return Serialization.unmarshal(Files.readString(manifest), JsonNode.class);
  }

  /** What is written of a program when this happened to it. */
  private static BpfProgramStatus status(String story, BpfProgram program) {
    return switch (story) {
      case "ready", "edited" -> of(program, nCopies(3, ATTACHED));
      case "suspended" -> of(program, nCopies(3, row(State.Suspended, null, null)));
      case "no-nodes" -> of(program, List.of());
      case "rolling-out" -> {
        List<ProgramState> rows = new ArrayList<>(nCopies(120, ATTACHED));
        rows.addAll(nCopies(380, null));
        yield of(program, rows);
      }
      case "waiting-for-interface" ->
          of(
              program,
              List.of(
                  ATTACHED,
                  ATTACHED,
                  row(State.Pending, Reason.InterfaceNotFound, "no interface matches eth1")));
      case "verifier-rejected" ->
          of(
              program,
              nCopies(
                  3,
                  row(
                      State.Failed,
                      Reason.VerifierRejected,
                      "tcp-rtt.bpf.c:42: h->slots[slot]++: map_value_or_null: compare it with NULL"
                          + " first")));
      case "incompatible" ->
          of(
              program,
              List.of(
                  ATTACHED,
                  row(State.Incompatible, Reason.Incompatible, "this kernel has no fentry")));
      case "node-away" -> {
        List<NodeView> nodes = new ArrayList<>(nodes(nCopies(3, ATTACHED)));
        nodes.set(2, new NodeView("node-3", Map.of(), nodes.get(2).bpfNode(), Instant.EPOCH));
        yield of(program, new Candidate.Admitted(revision(program)), true, nodes);
      }
      case "pulling" -> of(program, new Candidate.Awaiting(), true, nodes(nCopies(3, ATTACHED)));
      case "rejected" ->
          of(
              program,
              refused(
                  Reason.UnknownGlobal,
                  "globals.min_rtt: the object has no such variable; did you mean min_rtt_us?"),
              true,
              nodes(nCopies(3, ATTACHED)));
      case "registry-away" ->
          of(
              program,
              refused(
                  Reason.RegistryUnreachable,
                  "registry.example.com does not answer: connection refused"),
              false,
              nodes(nCopies(3, null)));
      case "deleted" -> {
        program.setStatus(of(program, nCopies(3, ATTACHED)));
        Departure departure =
            Departure.of(
                ProgramKey.of(program),
                nodes(Arrays.asList(ATTACHED, ATTACHED, null)),
                NOW,
                UNKNOWN_AFTER,
                Duration.ofMinutes(5),
                NOW);
        yield Departures.terminating(program, departure, NOW);
      }
      default -> throw new IllegalArgumentException("what happened in " + story + "?");
    };
  }

  private static BpfProgramStatus of(BpfProgram program, List<ProgramState> rows) {
    return of(program, new Candidate.Admitted(revision(program)), true, nodes(rows));
  }

  private static BpfProgramStatus of(
      BpfProgram program, Candidate candidate, boolean runs, List<NodeView> nodes) {
    Optional<BpfRevision> revision = runs ? Optional.of(revision(program)) : Optional.empty();
    Map<String, String> placement =
        revision
            .map(r -> r.getMetadata().getName())
            .map(r -> nodes.stream().collect(Collectors.toMap(NodeView::name, n -> r)))
            .orElse(Map.of());
    return StatusSummary.of(
        new Inputs(program, candidate, revision, nodes, placement, UNKNOWN_AFTER, NOW));
  }

  private static Candidate refused(Reason reason, String message) {
    return new Candidate.Refused(List.of(Failure.of(reason, message)));
  }

  private static BpfRevision revision(BpfProgram program) {
    BpfRevision revision = new BpfRevision();
    revision.setMetadata(new ObjectMetaBuilder().withName("tcp-rtt-7c9f2b1d").build());
    revision.setSpec(
        new BpfRevisionSpec(
            program.getMetadata().getName(),
            new ResolvedObject(
                program.getSpec().image().reference(),
                "sha256:9b2f1c5f0f6f3d3a4d1c8f0f2b0c7a5e4d3c2b1a09f8e7d6c5b4a39281706f5e",
                "sha256:o",
                1),
            "load",
            null,
            null,
            null,
            null,
            null,
            program.getSpec().mode()));
    return revision;
  }

  /** node-1, node-2, …, which say this of the program; null says nothing. */
  private static List<NodeView> nodes(List<ProgramState> rows) {
    List<NodeView> nodes = new ArrayList<>();
    for (ProgramState row : rows) {
      String name = "node-" + (nodes.size() + 1);
      BpfNode node = new BpfNode();
      node.setMetadata(new ObjectMetaBuilder().withName(name).withGeneration(1L).build());
      String kernel = row != null && row.reason() == Reason.Incompatible ? "4.19.0-27" : "6.12.0-1";
      node.setStatus(
          new BpfNodeStatus(
              1L,
              "0.1.0",
              null,
              new KernelFacts(kernel + "-amd64", "amd64", true, null, null, null, null, null, null),
              row == null ? List.of() : List.of(row)));
      nodes.add(new NodeView(name, Map.of(), node, NOW));
    }
    return nodes;
  }

  private static ProgramState row(State state, Reason reason, String message) {
    return new ProgramState(
        "skep-system",
        "tcp-rtt",
        "tcp-rtt-7c9f2b1d",
        state,
        reason,
        message,
        reason == null ? null : "on_rtt",
        null,
        null);
  }
}
