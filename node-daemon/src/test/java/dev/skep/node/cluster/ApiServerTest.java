package dev.skep.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.skep.node.cluster.FakeApiServer.Answer;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ApiServerTest {
  @Test
  @DisplayName("what is not there is an answer; what is refused says so in the server's words")
  void answers() throws IOException {
    try (FakeApiServer fake =
            new FakeApiServer(
                request ->
                    request.contains("/there")
                        ? new Answer(200, "{\"a\":1}")
                        : request.contains("/absent")
                            ? new Answer(404, "{}")
                            : new Answer(403, "{\"message\":\"user n may not\"}"));
        ApiServer server = fake.client()) {
      assertThat(server.get("/there").orElseThrow().path("a").asInt()).isEqualTo(1);
      assertThat(server.get("/absent")).isEmpty();
      assertThatThrownBy(() -> server.get("/forbidden")).hasMessage("user n may not (HTTP 403)");
    }
  }

  @Test
  @DisplayName("an API server below a path, behind a proxy, is asked there")
  void belowAPath() throws IOException {
    try (FakeApiServer fake = new FakeApiServer(request -> new Answer(200, "{}"));
        ApiServer server = fake.client("/clusters/c1/")) {
      server.get("/apis");

      assertThat(fake.requests).containsExactly("GET /clusters/c1/apis");
    }
  }

  @Test
  @DisplayName("a patch is one request")
  void patch() throws IOException {
    try (FakeApiServer fake = new FakeApiServer(request -> new Answer(200, "{}"));
        ApiServer server = fake.client()) {
      server.patch(
          "/x/status", ApiServer.MERGE_PATCH, JsonNodeFactory.instance.objectNode().put("a", 1));

      assertThat(fake.requests).containsExactly("PATCH /x/status {\"a\":1}");
    }
  }
}
