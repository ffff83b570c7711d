package dev.skep.node.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.node.cluster.FakeApiServer;
import dev.skep.node.cluster.FakeApiServer.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterPodsTest {
  private static final String WEB =
      """
      {"metadata": {"uid": "u1", "namespace": "shop", "name": "web-7", "labels": {"app": "web"}},
       "status": {"containerStatuses": [{"name": "app", "containerID": "containerd://c1"},
                                        {"name": "slow"}]}}\
      """
          .replace("\n", "");

  @TempDir Path state;
  private final AtomicInteger changes = new AtomicInteger();
  private FakeApiServer server;
  private ClusterPods pods;

  @AfterEach
  void stop() {
    pods.close();
    server.close();
  }

  @Test
  @DisplayName("only this node's pods are asked for, and only once somebody wants to know")
  void ownPods() throws IOException {
    start(request -> request.contains("watch=true") ? Answer.endless() : list(WEB));
    assertThat(server.requests).isEmpty();

    pods.wanted(changes::incrementAndGet);

    assertThat(server.requests.getFirst())
        .contains("/api/v1/pods?fieldSelector=spec.nodeName%3Dn1");
    assertThat(pods.pod("u1"))
        .contains(new LocalPod("u1", "shop", "web-7", Map.of("app", "web"), Map.of("c1", "app")));
    assertThat(pods.withoutLabels()).isEmpty();
  }

  @Test
  @DisplayName("who hears of pods may ask for them at once")
  void asksWhenTold() throws IOException {
    start(request -> request.contains("watch=true") ? Answer.endless() : list(WEB));
    pods.close();
    Duration patience = Duration.ofSeconds(3);
    pods = new ClusterPods(server.client(), "n1", state, patience, Duration.ofMinutes(1));
    List<Duration> waits = new CopyOnWriteArrayList<>();
    pods.wanted(
        () -> {
          long begun = System.nanoTime();
          pods.wanted(changes::incrementAndGet);
          waits.add(Duration.ofNanos(System.nanoTime() - begun));
        });

    await().until(() -> !waits.isEmpty());
    assertThat(waits.getFirst()).isLessThan(patience.dividedBy(2));
  }

  @Test
  @DisplayName("who comes and goes is told once, and what a selector never asks for is not")
  void comesAndGoes() throws IOException {
    String other = WEB.replace("u1", "u2").replace("web-7", "web-8");
    String busy = other.replace("\"status\": {", "\"status\": {\"phase\": \"Running\", ");
    start(
        request ->
            request.contains("watch=true")
                ? Answer.endless(
                    event("ADDED", other), event("MODIFIED", busy), event("DELETED", WEB))
                : list(WEB));
    pods.wanted(changes::incrementAndGet);

    // Who asks may see that it is gone before anybody is told.
    await().until(() -> pods.pod("u1").isEmpty() && changes.get() > 2);
    assertThat(pods.all()).extracting(LocalPod::words).containsExactly("shop/web-8");
    assertThat(changes).hasValue(3);
  }

  @Test
  @DisplayName("a list of several pages is read to its end")
  void pages() throws IOException {
    start(
        request ->
            request.contains("watch=true")
                ? Answer.endless()
                : request.contains("continue=next%2F1")
                    ? list(WEB)
                    : new Answer(
                        200,
                        "{\"metadata\":{\"resourceVersion\":\"1\",\"continue\":\"next/1\"},\"items\":["
                            + WEB.replace("u1", "u0")
                            + "]}"));
    pods.wanted(changes::incrementAndGet);

    assertThat(pods.pod("u0")).isPresent();
    assertThat(pods.pod("u1")).isPresent();
  }

  @Test
  @DisplayName("while the API server is away, a daemon that starts goes by what it said last")
  void away() throws IOException {
    start(request -> request.contains("watch=true") ? Answer.endless() : list(WEB));
    pods.wanted(changes::incrementAndGet);
    await().until(() -> changes.get() == 1);
    stop();

    start(request -> new Answer(503, "{}"));
    pods.wanted(changes::incrementAndGet);

    assertThat(pods.pod("u1").orElseThrow().labels()).isEqualTo(Map.of("app", "web"));
  }

  @Test
  @DisplayName("where nothing was ever heard it says that labels are not known")
  void neverHeard() throws IOException {
    server = new FakeApiServer(request -> new Answer(503, "{}"));
    pods =
        new ClusterPods(server.client(), "n1", state, Duration.ofMillis(50), Duration.ofMinutes(1));
    pods.wanted(changes::incrementAndGet);

    assertThat(pods.withoutLabels()).get().asString().contains("away");
  }

  @Test
  @DisplayName(
      "when nobody selects pods any more they are not watched; who does again, is told again")
  void unasked() throws IOException {
    String other = WEB.replace("u1", "u2");
    server =
        new FakeApiServer(
            request ->
                request.contains("watch=true") ? Answer.endless(event("ADDED", other)) : list(WEB));
    pods = new ClusterPods(server.client(), "n1", state, Duration.ofSeconds(3), Duration.ZERO);
    pods.wanted(changes::incrementAndGet);
    await().until(() -> server.requests.size() == 2);
    await().pollDelay(Duration.ofMillis(300)).until(() -> pods.pod("u2").isEmpty());
    assertThat(server.requests).hasSize(2);

    pods.wanted(changes::incrementAndGet);

    await().until(() -> server.requests.size() == 4);
    assertThat(pods.pod("u1")).isPresent();
  }

  @Test
  @DisplayName("a static pod is known by the uid that its kubelet gave it")
  void staticPod() throws IOException {
    String mirror =
        WEB.replace(
            "\"labels\"",
            "\"annotations\": {\"kubernetes.io/config.mirror\": \"h1\","
                + " \"kubernetes.io/config.hash\": \"h1\"}, \"labels\"");
    start(request -> request.contains("watch=true") ? Answer.endless() : list(mirror));
    pods.wanted(changes::incrementAndGet);

    assertThat(pods.pod("h1")).isPresent();
  }

  private void start(Function<String, Answer> answers) throws IOException {
    server = new FakeApiServer(answers);
    pods = new ClusterPods(server.client(), "n1", state);
  }

  private static Answer list(String... items) {
    return new Answer(
        200,
        "{\"metadata\":{\"resourceVersion\":\"10\"},\"items\":["
            + String.join(",", List.of(items))
            + "]}");
  }

  private static String event(String type, String pod) {
    return "{\"type\":\"%s\",\"object\":%s}".formatted(type, pod);
  }
}
