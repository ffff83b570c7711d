package dev.skep.tests.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfProgramStatus.FailureGroup;
import dev.skep.api.v1alpha1.BpfProgramStatus.Phase;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.TestImages;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** From apply to delete, with nodes that do as they are told and nodes that do not. */
class ProgramLifeIT {
  private final Stand stand;
  private String image;

  ProgramLifeIT(@Shared Stand stand) {
    this.stand = stand;
  }

  @BeforeEach
  void push() {
    String reference = stand.registry.address() + "/life/tp:v1";
    TestImages.push(reference, Map.of("tp.bpf.o", TestImages.object("tp")));
    image = "image: {reference: \"" + reference + "\"}";
  }

  @AfterEach
  void clear() {
    stand.clear();
  }

  @Test
  @DisplayName("an apply makes a revision, tells the nodes, and is Ready when they say so")
  void applyToReady() {
    stand.daemon.answer(a -> FakeDaemon.state(a, State.Pending, null, null));
    BpfProgram a = stand.apply("a", image);
    BpfProgramStatus rolling = stand.awaitPhase("a", Phase.RollingOut);
    assertThat(rolling.nodes().pending()).isEqualTo(1);
    // The node is told beside the status, by another writer.
    Awaitility.await()
        .untilAsserted(
            () -> assertThat(stand.assigned(Stand.NODE, "a")).isEqualTo(rolling.revision()));
    BpfRevision revision = stand.revision(rolling.revision());
    assertThat(revision.getSpec().image().digest()).isEqualTo(rolling.digest());
    assertThat(revision.getMetadata().getOwnerReferences())
        .extracting(o -> o.getKind() + " " + o.getName())
        .containsExactly("BpfProgram a");

    stand.daemon.answer(FakeDaemon::attached);
    BpfProgramStatus ready = stand.awaitPhase("a", Phase.Ready);
    assertThat(ready.nodes().ready()).isEqualTo(1);
    Awaitility.await()
        .untilAsserted(() -> assertThat(stand.events(a)).containsExactly("RollingOut", "Attached"));
  }

  @Test
  @DisplayName("the same manifest again writes nothing")
  void sameAgain() {
    stand.apply("a", image);
    stand.awaitPhase("a", Phase.Ready);
    String program = stand.program("a").getMetadata().getResourceVersion();
    String node = stand.node(Stand.NODE).getMetadata().getResourceVersion();
    stand.apply("a", image);
    pause(1500);
    assertThat(stand.program("a").getMetadata().getResourceVersion()).isEqualTo(program);
    assertThat(stand.node(Stand.NODE).getMetadata().getResourceVersion()).isEqualTo(node);
  }

  @Test
  @DisplayName("two programs run side by side, and one that leaves does not touch the other")
  void twoPrograms() {
    stand.apply("a", image);
    stand.apply("b", image);
    String kept = stand.awaitPhase("b", Phase.Ready).revision();
    stand.awaitPhase("a", Phase.Ready);
    stand.delete("a");
    stand.awaitGone("a");
    assertThat(stand.assigned(Stand.NODE, "a")).isNull();
    assertThat(stand.assigned(Stand.NODE, "b")).isEqualTo(kept);
    assertThat(stand.program("b").getStatus().phase()).isEqualTo(Phase.Ready);
  }

  @Test
  @DisplayName("what a node fails of is on the resource, with its words, and old news leave it")
  void failureAndRecovery() {
    stand.daemon.answer(a -> FakeDaemon.failed(a, Reason.VerifierRejected, "no bound"));
    stand.apply("a", image);
    BpfProgramStatus degraded = stand.awaitPhase("a", Phase.Degraded);
    assertThat(degraded.failures())
        .extracting(FailureGroup::message, FailureGroup::nodes)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("no bound", 1));
    stand.daemon.answer(FakeDaemon::attached);
    assertThat(stand.awaitPhase("a", Phase.Ready).failures()).isEmpty();
  }

  @Test
  @DisplayName("deletion waits until the node let go, and says for whom it waits")
  void deletionWaits() {
    stand.apply("a", image);
    stand.awaitPhase("a", Phase.Ready);
    stand.daemon.fallSilent(0);
    stand.delete("a");
    stand.awaitPhase("a", Phase.Terminating);
    assertThat(stand.program("a").getStatus().conditions())
        .anyMatch(c -> c.getMessage().contains(Stand.NODE));
    assertThat(stand.assigned(Stand.NODE, "a")).isNull();
    stand.daemon.speak();
    stand.awaitGone("a");
  }

  @Test
  @DisplayName("a deleted program that no node ever had goes at once, beside one that waits")
  void nothingToLetGo() {
    stand.apply("a", image);
    BpfProgram b = stand.apply("b", image + "\nnodeSelector: {matchLabels: {nobody: has}}");
    stand.awaitPhase("a", Phase.Ready);
    stand.awaitPhase("b", Phase.Pending);
    stand.daemon.fallSilent(0);
    stand.delete("a");
    stand.awaitPhase("a", Phase.Terminating);
    stand.delete("b");
    stand.awaitGone("b");
    assertThat(stand.program("a")).as("one that its node has to let go").isNotNull();
    assertThat(stand.events(b)).doesNotContain("NodesUnknown");
  }

  @Test
  @DisplayName("a node not heard of holds a deletion up for a bounded time only")
  void silentNodeIsLetGo() {
    BpfProgram a = stand.apply("a", image);
    stand.awaitPhase("a", Phase.Ready);
    stand.daemon.fallSilent(60);
    stand.await("a", s -> s.nodes().unknown() == 1);
    stand.delete("a");
    stand.awaitGone("a");
    Awaitility.await().untilAsserted(() -> assertThat(stand.events(a)).contains("NodesUnknown"));
  }

  @Test
  @DisplayName("kubectl get bpfnodes shows since when a daemon is silent, until it speaks again")
  void silentNodeIsShown() {
    // Of what was before the node came nothing is counted.
    Awaitility.await("the node is old enough")
        .atMost(Duration.ofSeconds(30))
        .until(() -> !stand.created(Stand.NODE).isAfter(Instant.now().minusSeconds(20)));
    stand.daemon.fallSilent(20);
    Awaitility.await("it is shown").until(() -> silent().matches("2\\ds|3[0-5]s"));
    stand.daemon.speak();
    Awaitility.await("it is no longer").until(() -> silent().isEmpty());
  }

  /** The column SILENT of the node. */
  private String silent() {
    String[] lines = stand.kubectl("get", "bpfnodes", Stand.NODE).split("\n");
    return lines[1].substring(lines[0].indexOf("SILENT"), lines[0].indexOf("AGE")).strip();
  }

  @Test
  @DisplayName("a node that is gone holds no deletion up, and a new node gets the program")
  void nodesComeAndGo() {
    stand.apply("a", image);
    stand.awaitPhase("a", Phase.Ready);
    stand.addNode("n2");
    BpfProgramStatus two = stand.await("a", s -> s.nodes().desired() == 2);
    assertThat(two.phase()).isNotEqualTo(Phase.Ready);
    Awaitility.await().until(() -> two.revision().equals(stand.assigned("n2", "a")));
    // By this the garbage collector takes it when the Node goes.
    assertThat(stand.node("n2").getMetadata().getOwnerReferences())
        .extracting(o -> o.getKind() + " " + o.getUid())
        .containsExactly(
            "Node " + stand.client.nodes().withName("n2").get().getMetadata().getUid());
    stand.client.nodes().withName("n2").delete();
    stand.await("a", s -> s.nodes().desired() == 1 && s.phase() == Phase.Ready);
    stand.delete("a");
    stand.awaitGone("a");
  }

  @Test
  @DisplayName("a Node, also one made again, is told all its programs at once and then no other")
  void newNodeIsToldAllAtOnce() {
    for (String name : List.of("a", "b", "c", "d")) {
      stand.apply(name, image);
      stand.awaitPhase(name, Phase.Ready);
    }
    for (int time = 1; time <= 2; time++) {
      // Kubernetes' garbage collector learns of new kinds every half a minute, and takes its time.
      Awaitility.await().atMost(Stand.SOON.multipliedBy(3)).until(() -> stand.node("n3") == null);
      stand.addNode("n3");
      stand.await("d", s -> s.nodes().desired() == 2);
      pause(1000);
      // A daemon that still runs them would end what the first generation does not name.
      assertThat(stand.node("n3").getMetadata().getGeneration()).isEqualTo(1);
      assertThat(stand.node("n3").getSpec().programs()).hasSize(4);
      stand.client.nodes().withName("n3").delete();
      stand.await("d", s -> s.nodes().desired() == 1);
    }
  }

  @Test
  @DisplayName("an operator that is killed and starts again writes nothing")
  void restartWritesNothing() {
    stand.apply("a", image);
    stand.awaitPhase("a", Phase.Ready);
    String program = stand.program("a").getMetadata().getResourceVersion();
    String node = stand.node(Stand.NODE).getMetadata().getResourceVersion();
    stand.killOperator();
    stand.registry.down();
    try {
      stand.startOperator();
      pause(2500);
      assertThat(stand.program("a").getMetadata().getResourceVersion()).isEqualTo(program);
      assertThat(stand.node(Stand.NODE).getMetadata().getResourceVersion()).isEqualTo(node);
    } finally {
      stand.registry.up();
    }
  }

  @Test
  @DisplayName("two operators at once agree: everything becomes Ready, then nothing is written")
  void twoOperators() {
    try (var _ = stand.startSecondOperator()) {
      for (int i = 0; i < 10; i++) {
        stand.apply("p" + i, image);
      }
      for (int i = 0; i < 10; i++) {
        stand.awaitPhase("p" + i, Phase.Ready);
      }
      pause(1500);
      String node = stand.node(Stand.NODE).getMetadata().getResourceVersion();
      String program = stand.program("p3").getMetadata().getResourceVersion();
      pause(1500);
      assertThat(stand.node(Stand.NODE).getMetadata().getResourceVersion()).isEqualTo(node);
      assertThat(stand.program("p3").getMetadata().getResourceVersion()).isEqualTo(program);
      stand.clear();
    }
  }

  @Test
  @DisplayName(
      "an API server that was away takes nothing away, calls nothing unknown, and is found")
  void apiServerBack() {
    BpfProgram outage = stand.apply("outage", image);
    stand.awaitPhase("outage", Phase.Ready);
    String program = stand.program("outage").getMetadata().getResourceVersion();
    stand.withoutApiServer(
        () -> {
          // Longer than a daemon may be silent; it cannot renew its lease meanwhile.
          pause(Stand.UNKNOWN_AFTER.plusSeconds(8).toMillis());
        });
    stand.apply("b", image);
    stand.awaitPhase("b", Phase.Ready);
    assertThat(stand.program("outage").getMetadata().getResourceVersion()).isEqualTo(program);
    assertThat(stand.events(outage)).doesNotContain("NodesUnknown");
  }

  @Test
  @DisplayName("of many edits the last revisions are kept, and the one that runs")
  void oldRevisionsGo() {
    for (int i = 1; i <= 9; i++) {
      stand.apply("a", image + "\nglobals: {target_pid: " + i + "}");
      stand.awaitPhase("a", Phase.Ready);
    }
    Awaitility.await().until(() -> stand.revisionsOf("a").size() <= 6);
    BpfProgramStatus status = stand.program("a").getStatus();
    assertThat(stand.revisionsOf("a")).contains(status.revision(), status.previousRevision());
  }

  @Test
  @DisplayName("the mirror serves the objects of revisions, also after a restart, and no others")
  void mirror() throws Exception {
    stand.apply("a", image);
    BpfRevision revision = stand.revision(stand.awaitPhase("a", Phase.Ready).revision());
    String path = "/v2/skep/objects/blobs/" + revision.getSpec().image().objectDigest();
    assertThat(bytes(path)).isEqualTo(TestImages.object("tp"));
    stand.killOperator();
    stand.startOperator();
    assertThat(bytes(path)).isEqualTo(TestImages.object("tp"));
    assertThat(stand.get("/v2/skep/objects/blobs/sha256:" + "0".repeat(64))).isNull();
    assertThat(stand.get("/v2/skep/objects/blobs/sha256:../../etc/passwd")).isNull();
  }

  private byte[] bytes(String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(URI.create(stand.url(path))).build(),
              BodyHandlers.ofByteArray())
          .body();
    }
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
