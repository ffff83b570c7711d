package dev.skep.tests.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.tests.stack.Shared;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whatever of Skep is replaced, what is attached goes on: no packet is missed, no count lost. */
class UpgradeIT {
  private static final String PROGRAM = "flooded";

  private final OneNode cluster;
  private FloodedInterface flooded;
  private String revision;
  private Optional<InKernel> before;

  UpgradeIT(@Shared OneNode cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void attachUnderLoad() {
    flooded = new FloodedInterface(cluster);
    cluster
        .programs()
        .apply(
            PROGRAM,
            """
            image: {reference: %s}
            programs: [{function: count_frames, attach: {xdp: {interfaces: [%s]}}}]
            """
                .formatted(cluster.push("flood_count"), FloodedInterface.NAME));
    revision = cluster.programs().awaitReady(PROGRAM).revision();
    before = inKernel();
    assertThat(before).isPresent();
    flooded.start();
  }

  @AfterEach
  void cleanUp() {
    cluster.programs().deleteAll();
    flooded.close();
  }

  @Test
  @DisplayName(
      "the daemon's pod is deleted, then its DaemonSet updated to another image: the same program"
          + " and link, 0 frames missed")
  void theDaemon() {
    String pod = daemonPod();
    cluster.kubectl("delete", pod, "--wait=false");
    await().atMost(Duration.ofSeconds(60)).until(() -> isOther(pod));
    cluster.awaitInstalled();
    long meanwhile = flooded.counted(PROGRAM);
    assertThat(meanwhile).isPositive();

    cluster.tag("skep.dev/daemon:0.1.0-SNAPSHOT", "skep.dev/daemon:next");
    cluster.kubectl("set", "image", OneNode.DAEMON, "daemon=skep.dev/daemon:next");
    cluster.awaitInstalled();
    assertThat(cluster.kubectl("get", daemonPod(), "-o", "jsonpath={.spec.containers[0].image}"))
        .isEqualTo("skep.dev/daemon:next");

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(inKernel()).isEqualTo(before));
    assertThat(flooded.counted(PROGRAM)).isGreaterThan(meanwhile);
    assertNoneMissed();
  }

  @Test
  @DisplayName(
      "the operator is updated to another image: no new revision, nothing is written to the node,"
          + " 0 frames missed")
  void theOperator() {
    Long assignment = cluster.node().getMetadata().getGeneration();

    cluster.tag("skep.dev/operator:0.1.0-SNAPSHOT", "skep.dev/operator:next");
    cluster.kubectl("set", "image", OneNode.OPERATOR, "operator=skep.dev/operator:next");
    cluster.awaitInstalled();

    assertThat(cluster.programs().awaitReady(PROGRAM).revision()).isEqualTo(revision);
    assertThat(cluster.node().getMetadata().getGeneration()).isEqualTo(assignment);
    assertThat(inKernel()).isEqualTo(before);
    assertNoneMissed();
    cluster.programs().apply("after", "image: {reference: %s}".formatted(cluster.push("tp")));
    cluster.programs().awaitReady("after");
  }

  private void assertNoneMissed() {
    long sent = flooded.stop();
    assertThat(flooded.counted(PROGRAM)).isEqualTo(sent).isPositive();
  }

  private String daemonPod() {
    return cluster
        .kubectl("get", "pods", "-o", "name", "-l", "app.kubernetes.io/component=daemon")
        .strip();
  }

  private boolean isOther(String pod) {
    return !daemonPod().contains(pod);
  }

  private Optional<InKernel> inKernel() {
    return InKernel.of(PROGRAM, cluster.node());
  }
}
