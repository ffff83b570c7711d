package dev.skep.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.node.cluster.FakeApiServer.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ObjectWatchTest {
  private static final Answer EMPTY =
      new Answer(200, "{\"metadata\":{\"resourceVersion\":\"10\"},\"items\":[]}");
  private static final Answer LISTED =
      new Answer(
          200,
          "{\"metadata\":{\"resourceVersion\":\"10\"},\"items\":[{\"metadata\":{\"name\":\"n\"},"
              + "\"spec\":\"listed\"}]}");

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final Deque<Answer> answers = new ArrayDeque<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private FakeApiServer server;
  private ObjectWatch watch;

  @AfterEach
  void stop() {
    watch.close();
    end.countDown();
    server.close();
  }

  @Test
  @DisplayName("what is there is told, then every change of it")
  void follows() throws IOException {
    start(LISTED, new Answer(200, event("MODIFIED", "11", "a"), event("DELETED", "12", "b")));

    awaitHeard("seen listed", "seen a", "absent");
    assertThat(server.requests.get(1))
        .contains("watch=true")
        .contains("resourceVersion=10")
        .contains("fieldSelector=metadata.name%3Dn");
  }

  @Test
  @DisplayName("when the server ends the watch it goes on from the last version, bookmarks too")
  void goesOn() throws IOException {
    start(
        EMPTY,
        new Answer(200, event("ADDED", "11", "a"), event("BOOKMARK", "15", "")),
        new Answer(200, event("MODIFIED", "16", "b")));

    awaitHeard("absent", "seen a", "seen b");
    assertThat(server.requests.get(2)).contains("resourceVersion=15");
  }

  @Test
  @DisplayName("a version that is too old, told in either way, is answered by a new list")
  void tooOld() throws IOException {
    start(
        EMPTY,
        new Answer(410, "{\"message\":\"too old\"}"),
        EMPTY,
        new Answer(200, "{\"type\":\"ERROR\",\"object\":{\"code\":410}}"),
        LISTED);

    awaitHeard("absent", "absent", "seen listed");
  }

  @Test
  @DisplayName("a server that fails is asked again, and what happened meanwhile is told")
  void away() throws IOException {
    start(new Answer(503, "{\"message\":\"starting\"}"), LISTED);

    awaitHeard("away starting (HTTP 503)", "seen listed");
  }

  @Test
  @DisplayName("a kind that the server does not know yet is asked for again")
  void unknownKind() throws IOException {
    start(new Answer(404, "{}"), LISTED);

    awaitHeard("away the API server does not know /nodes", "seen listed");
  }

  @Test
  @DisplayName("a watch that does not end in time, as one cut off on the way, is ended from here")
  void cutOff() throws IOException {
    start(EMPTY, Answer.endless(event("ADDED", "11", "a")), LISTED);

    await().until(() -> heard.contains("seen listed"));
  }

  @Test
  @DisplayName("a connection that went silent is given up when others find the server silent")
  void silent() throws IOException {
    start(EMPTY, Answer.endless(), LISTED);
    await().until(watch::watching);

    watch.beginAnew();

    await().until(() -> heard.contains("seen listed"));
  }

  @Test
  @DisplayName("a listener that fails is told again what there is")
  void failingListener() throws IOException {
    start(EMPTY, new Answer(200, event("ADDED", "11", "fault")), LISTED);

    awaitHeard("absent", "seen fault", "seen listed");
  }

  private void start(Answer... script) throws IOException {
    answers.addAll(Arrays.asList(script));
    server = new FakeApiServer(this::next);
    watch =
        new ObjectWatch(
            server.client(),
            "/nodes",
            "n",
            new ObjectWatch.Listener() {
              @Override
              public void seen(JsonNode object) {
                heard.add("seen " + object.path("spec").asText());
                if (object.path("spec").asText().equals("fault")) {
                  throw new IllegalStateException("fault");
                }
              }

              @Override
              public void absent() {
                heard.add("absent");
              }

              @Override
              public void away(IOException cause) {
                heard.add("away " + cause.getMessage());
              }
            },
            Duration.ZERO,
            Duration.ofSeconds(1));
    watch.start();
  }

  /** The script, and then a watch that says nothing. */
  private Answer next(String request) {
    Answer answer;
    synchronized (answers) {
      answer = answers.poll();
    }
    if (answer != null) {
      return answer;
    }
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new Answer(200);
  }

  private void awaitHeard(String... lines) {
    await().until(() -> heard.size() >= lines.length);
    assertThat(heard).containsExactly(lines);
  }

  private static String event(String type, String version, String spec) {
    return "{\"type\":\"%s\",\"object\":{\"metadata\":{\"resourceVersion\":\"%s\"},\"spec\":\"%s\"}}"
        .formatted(type, version, spec);
  }
}
