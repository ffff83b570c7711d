package dev.skep.tests.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.tests.stack.Shared;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A node on which nobody mounted bpffs. */
class BpffsMissingIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final OneNode cluster;

  BpffsMissingIT(@Shared OneNode cluster) {
    this.cluster = cluster;
  }

  @AfterEach
  void cleanUp() {
    if (!isMounted()) {
      cluster.onNode("mount", "-t", "bpf", "bpf", "/sys/fs/bpf");
    }
    cluster.awaitInstalled();
    cluster.programs().deleteAll();
  }

  @Test
  @DisplayName(
      "bpffs is not mounted on a node: its daemon is not ready and says how to mount it, and goes"
          + " on by itself when it is")
  void saysSoAndGoesOn() {
    cluster.onNode("umount", "/sys/fs/bpf");
    cluster.kubectl("delete", "pod", "-l", "app.kubernetes.io/component=daemon");

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                // It fails while the new pod's container is still being made.
                assertThat(cluster.tryKubectl("logs", OneNode.DAEMON, "--tail=20").output())
                    .contains("mount -t bpf bpf /sys/fs/bpf"));
    assertThat(cluster.kubectl("get", OneNode.DAEMON, "-o", "jsonpath={.status.numberReady}"))
        .isEqualTo("0");

    cluster.onNode("mount", "-t", "bpf", "bpf", "/sys/fs/bpf");
    cluster.awaitInstalled();
    cluster.programs().apply("mounted", "image: {reference: %s}".formatted(cluster.push("tp")));
    cluster.programs().awaitReady("mounted");
    assertThat(
            cluster.kubectl(
                "get",
                "pods",
                "-l",
                "app.kubernetes.io/component=daemon",
                "-o",
                "jsonpath={.items[*].status.containerStatuses[*].restartCount}"))
        .isEqualTo("0");
  }

  private boolean isMounted() {
    return cluster.onNode("stat", "-f", "-c", "%T", "/sys/fs/bpf").contains("bpf_fs");
  }
}
