package dev.skep.node.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeStatus.KernelFacts;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Fentry;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.ObservedLink;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.kernel.WantedLink;
import dev.skep.node.plan.Desired;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scripts of config/argocd are tried on statuses that this daemon writes. */
class ArgoCdTestdataTest {
  private static final Path TESTDATA =
      Path.of("../config/argocd/resource_customizations/skep.dev/BpfNode/testdata");
  private static final LoadKey RTT = new LoadKey("skep-system", "tcp-rtt", "4d1c8f0f2b0c7a5e");
  private static final LoadKey COUNT = new LoadKey("skep-system", "xdp-count", "0f6f3d3a4d1c8f0f");

  static Stream<Path> manifests() throws IOException {
    try (Stream<Path> files = Files.list(TESTDATA)) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("manifests")
  @DisplayName("a status that health is judged by is what the daemon writes then")
  void isWhatTheDaemonWrites(Path manifest) throws IOException {
    JsonNode shown = Serialization.unmarshal(Files.readString(manifest), JsonNode.class);
    String story = manifest.getFileName().toString().replace(".yaml", "");
    if (story.equals("unheard")) {
      assertThat(shown.has("status")).isFalse();
      return;
    }
    BpfNode node = Serialization.unmarshal(shown.toString(), BpfNode.class);
    StatusBoard board = new StatusBoard("0.1.0");
    board.kernel(
        new KernelFacts("6.12.0-1-amd64", "amd64", true, null, null, null, null, null, null));
    // Assignments that the daemon has not seen change the generation, and nothing else.
    board.generation(node.getStatus().observedGeneration(), Instant.EPOCH);
    happened(story, board);

    JsonNode written =
        Serialization.unmarshal(
            Serialization.asJson(board.snapshot(Instant.EPOCH)), JsonNode.class);
    assertThat(shown.get("status"))
        .as("written is\n%s", Serialization.asYaml(written))
        .isEqualTo(written);
  }

  private static void happened(String story, StatusBoard board) {
    switch (story) {
      case "attached", "assigned", "leaving" -> attached(board, RTT);
      case "failed" -> {
        attached(board, RTT);
        refused(
            board, COUNT, Reason.VerifierRejected, "map_value_or_null: compare it with NULL first");
      }
      case "pending" -> {
        attached(board, RTT);
        refused(board, COUNT, Reason.InterfaceNotFound, "no interface matches eth1");
      }
      case "quarantined" ->
          refused(
              board,
              RTT,
              Reason.LoaderCrashed,
              "loading it ended the daemon; it is tried again when the program, the daemon or the"
                  + " kernel changes");
      default -> throw new IllegalArgumentException("what happened in " + story + "?");
    }
  }

  private static void attached(StatusBoard board, LoadKey load) {
    WantedLink link = WantedLink.of("on_rtt", new Fentry("tcp_rcv_established"));
    ObservedLoad seen =
        new ObservedLoad(
            load,
            Map.of("on_rtt", 41),
            List.of(),
            List.of(
                new ObservedLink(load, "on_rtt", link.hook(), link.target(), List.of(7), true)));
    board.settle(
        Standing.of(
            revision(load),
            Mode.Attach,
            Optional.of(new Desired(load, Set.of("on_rtt"), List.of(link))),
            List.of(seen),
            List.of()));
  }

  private static void refused(StatusBoard board, LoadKey load, Reason reason, String message) {
    board.settle(
        Standing.of(
            revision(load),
            Mode.Attach,
            Optional.empty(),
            List.of(),
            List.of(Failure.of(reason, message))));
  }

  private static AssignedRevision revision(LoadKey load) {
    return new AssignedRevision(load.namespace(), load.name(), load.name() + "-7c9f2b1d");
  }
}
