package dev.skep.tests.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.artifact.process.Command;
import dev.skep.tests.stack.Shared;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Somebody deletes the CRDs while programs run. */
class CrdsDeletedIT {
  private final OneNode cluster;

  CrdsDeletedIT(@Shared OneNode cluster) {
    this.cluster = cluster;
  }

  @AfterEach
  void cleanUp() {
    cluster.install();
    cluster.programs().deleteAll();
  }

  @Test
  @DisplayName(
      "the CRDs are deleted while a program runs: kubectl does not hang; applied again, programs"
          + " run as before")
  void nothingHangs() {
    cluster.programs().apply("orphan", "image: {reference: %s}".formatted(cluster.push("tp")));
    cluster.programs().awaitReady("orphan");

    Command.Ended deleted =
        cluster.tryKubectl(
            "delete",
            "crd",
            "bpfprograms.skep.dev",
            "bpfrevisions.skep.dev",
            "bpfnodes.skep.dev",
            "--timeout=60s");
    assertThat(deleted.status()).as(deleted.output()).isZero();

    cluster.install();
    cluster.programs().apply("orphan", "image: {reference: %s}".formatted(cluster.push("tp")));
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(() -> assertThat(InKernel.of("orphan", cluster.node())).isPresent());
    cluster.programs().awaitReady("orphan");
  }
}
