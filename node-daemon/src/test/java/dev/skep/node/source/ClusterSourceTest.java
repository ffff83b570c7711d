package dev.skep.node.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.cluster.FakeApiServer;
import dev.skep.node.cluster.FakeApiServer.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterSourceTest {
  private static final Logger LOGGER = Logger.getLogger(ClusterSource.class.getName());
  private static final AssignedRevision A = new AssignedRevision("ns", "a", "a-1");
  private static final String NODE =
      """
      {"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"n","generation":3},\
      "spec":{"programs":[{"namespace":"ns","name":"a","revision":"a-1"}]}}]}""";
  private static final String NO_NODE = "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}";

  @TempDir private Path state;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final List<Assignments> told = new CopyOnWriteArrayList<>();
  private FakeApiServer server;
  private ClusterSource source;

  @BeforeAll
  static void quiet() {
    LOGGER.setLevel(Level.OFF);
  }

  @AfterEach
  void stop() {
    close();
    clock.shutdownNow();
  }

  @Test
  @DisplayName("what the BpfNode says is told, with its generation")
  void tells() throws IOException {
    start(NODE);

    await().until(() -> !told.isEmpty());
    assertThat(told).containsExactly(new Assignments(3, List.of(A)));
    await().until(source::connected);
  }

  @Test
  @DisplayName("a daemon that starts while the API server is away goes by what it said last")
  void offline() throws IOException {
    start(NODE);
    await().until(() -> !told.isEmpty());
    source.revision(A);
    close();
    told.clear();

    start(null);

    await().until(() -> !told.isEmpty());
    assertThat(told).containsExactly(new Assignments(3, List.of(A)));
    assertThat(source.revision(A).getSpec().load()).isEqualTo("l");
    assertThat(source.connected()).isFalse();
  }

  @Test
  @DisplayName("a BpfNode that is not there says nothing: neither to run nor to end anything")
  void absent() throws IOException, InterruptedException {
    start(NO_NODE);
    await().until(source::connected);

    assertThat(told).isEmpty();
  }

  @Test
  @DisplayName("a revision is asked for once in its life")
  void revisionOnce() throws IOException {
    start(NODE);
    source.revision(A);
    source.revision(A);
    close();
    start(NODE);
    source.revision(A);

    assertThat(server.requests).noneMatch(r -> r.contains("bpfrevisions"));
  }

  @Test
  @DisplayName("a revision that is not there yet may come")
  void revisionMissing() throws IOException {
    start(NODE);

    assertThatThrownBy(() -> source.revision(new AssignedRevision("ns", "a", "a-2")))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.failure().reason()).isEqualTo(Reason.FetchFailed))
        .hasMessage("BpfRevision ns/a-2 does not exist");
  }

  private void start(String list) throws IOException {
    server = new FakeApiServer(request -> answer(request, list));
    source =
        new ClusterSource(
            server.client(), "n", state, new ObjectStore(state, Optional.empty()), clock);
    source.start(told::add);
  }

  private Answer answer(String request, String list) {
    if (list == null) {
      return new Answer(503, "{}");
    }
    if (request.contains("/bpfrevisions/a-1 ") || request.endsWith("/bpfrevisions/a-1")) {
      return new Answer(
          200,
          "{\"metadata\":{\"name\":\"a-1\"},\"spec\":{\"program\":\"a\",\"load\":\"l\","
              + "\"image\":{\"objectDigest\":\"sha256:0\",\"objectSize\":1}}}");
    }
    if (request.contains("/bpfrevisions/")) {
      return new Answer(404, "{}");
    }
    if (request.contains("watch=true")) {
      return Answer.endless();
    }
    return new Answer(200, list);
  }

  private void close() {
    source.close();
    server.close();
  }
}
