package dev.skep.node.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.node.cluster.FakeApiServer;
import dev.skep.node.cluster.FakeApiServer.Answer;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
  private Optional<String> bpfNode = Optional.empty();

  @Test
  @DisplayName("the Lease belongs to the BpfNode as soon as that is known, and goes with it")
  void owner() throws IOException {
    try (FakeApiServer server = new FakeApiServer(request -> new Answer(200, "{}"))) {
      Heartbeat heartbeat =
          new Heartbeat(server.client(), "skep-system", "n", () -> bpfNode, () -> {});

      heartbeat.run();
      bpfNode = Optional.of("1-2");
      heartbeat.run();

      assertThat(server.requests.getFirst()).contains("/leases/n").doesNotContain("owner");
      assertThat(server.requests.getLast())
          .contains(
              "\"ownerReferences\":[{\"apiVersion\":\"skep.dev/v1alpha1\",\"kind\":\"BpfNode\","
                  + "\"name\":\"n\",\"uid\":\"1-2\"}]");
    }
  }
}
