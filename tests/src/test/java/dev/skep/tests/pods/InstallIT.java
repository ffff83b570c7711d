package dev.skep.tests.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.tests.stack.Shared;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** kubectl apply -k, and programs run. */
class InstallIT {
  private final OneNode cluster;

  InstallIT(@Shared OneNode cluster) {
    this.cluster = cluster;
  }

  @AfterEach
  void cleanUp() {
    cluster.programs().deleteAll();
  }

  @Test
  @DisplayName(
      "after kubectl apply -k two operators and a daemon are ready, none of them was restarted, and"
          + " a BpfProgram fires")
  void installs() {
    assertThat(cluster.installed()).isLessThan(Duration.ofMinutes(2));
    assertThat(
            cluster.kubectl(
                "get", "pods", "-o", "jsonpath={.items[*].status.containerStatuses[*].ready}"))
        .isEqualTo("true true true");
    assertThat(cluster.restarts()).isEqualTo("0 0 0");

    cluster
        .programs()
        .apply(
            "fires",
            """
            image: {reference: %s}
            metrics: [{name: fires_hits_total, type: counter, map: hits}]
            """
                .formatted(cluster.push("tp")));
    cluster.programs().awaitReady("fires");

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> cluster.metric("fires_hits_total", "\"fires\"") > 0);
    assertThat(cluster.kubectl("logs", OneNode.DAEMON)).contains("programs=1");
  }
}
