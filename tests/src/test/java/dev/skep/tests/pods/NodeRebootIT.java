package dev.skep.tests.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.tests.stack.Shared;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A node that boots finds its programs by itself. */
class NodeRebootIT {
  private final OneNode cluster;

  NodeRebootIT(@Shared OneNode cluster) {
    this.cluster = cluster;
  }

  @AfterEach
  void cleanUp() {
    cluster.kubectl("scale", OneNode.OPERATOR, "--replicas=2");
    cluster.awaitInstalled();
    cluster.programs().deleteAll();
  }

  @Test
  @DisplayName(
      "a node reboots while no operator runs and the registry is empty: its programs are back, from"
          + " what the daemon kept")
  void withoutAnOperator() {
    cluster.programs().apply("boots", "image: {reference: %s}".formatted(cluster.push("tp")));
    cluster.programs().awaitReady("boots");
    var before = InKernel.of("boots", cluster.node()).orElseThrow();
    cluster.kubectl("scale", OneNode.OPERATOR, "--replicas=0");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                cluster
                    .kubectl(
                        "get", "pods", "-o", "name", "-l", "app.kubernetes.io/component=operator")
                    .isBlank());

    cluster.reboot();
    assertThat(cluster.onNode("find", "/sys/fs/bpf", "-name", "links")).isEmpty();
    cluster.awaitInstalled();

    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                InKernel.of("boots", cluster.node())
                    .filter(after -> !after.equals(before))
                    .isPresent());
    assertThat(cluster.onNode("find", "/sys/fs/bpf/skep", "-path", "*/links/*")).isNotBlank();
  }
}
