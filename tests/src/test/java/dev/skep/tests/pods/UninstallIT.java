package dev.skep.tests.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.tests.cluster.ControlPlane;
import dev.skep.tests.stack.Shared;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Skep goes as it came: by kubectl, and with nothing left when that is wanted. */
class UninstallIT {
  private static final Path CLEAN = ControlPlane.projectRoot().resolve("config/uninstall");

  private final OneNode cluster;

  UninstallIT(@Shared OneNode cluster) {
    this.cluster = cluster;
  }

  @AfterEach
  void installAgain() {
    cluster.kubectl("delete", "-k", CLEAN.toString(), "--ignore-not-found");
    cluster.install();
    cluster.programs().deleteAll();
  }

  @Test
  @DisplayName(
      "programs are deleted, then kubectl delete -k: the first leaves no pin on the node, the second"
          + " nothing in the cluster")
  void inOrder() {
    cluster.programs().apply("first", "image: {reference: %s}".formatted(cluster.push("tp")));
    cluster.programs().awaitReady("first");
    assertThat(pinned()).isNotBlank();

    cluster.kubectl("delete", "bpfprograms", "--all", "--timeout=60s");
    assertThat(pinned()).isEmpty();

    cluster.uninstall();
    assertThat(cluster.skepsOwn()).isEmpty();
    assertThat(pinned()).isEmpty();
  }

  @Test
  @DisplayName(
      "daemons are deleted with a program attached: it goes on until config/uninstall takes it away;"
          + " then nothing is left on the node and in the cluster")
  void leavesNothing() {
    cluster.programs().apply("last", "image: {reference: %s}".formatted(cluster.push("tp")));
    cluster.programs().awaitReady("last");

    cluster.kubectl("delete", OneNode.DAEMON);
    assertThat(pinned()).contains("/links/");

    cluster.kubectl("apply", "-k", CLEAN.toString());
    cluster.kubectl("rollout", "status", "daemonset/skep-clean", "--timeout=60s");
    assertThat(cluster.kubectl("logs", "daemonset/skep-clean", "-c", "clean")).contains("last");
    assertThat(cluster.onNode("find", "/sys/fs/bpf", "-name", "skep")).isEmpty();
    // The folder itself is the mount by which the pod saw it.
    assertThat(cluster.onNode("find", "/var/lib/skep", "-mindepth", "1")).isEmpty();
    cluster.kubectl("delete", "-k", CLEAN.toString());
    cluster.kubectl("delete", "bpfnodes", "--all", "--timeout=30s");
    cluster.kubectl("delete", "bpfprograms", "--all", "--timeout=30s");

    long start = System.nanoTime();
    cluster.uninstall();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
    assertThat(cluster.skepsOwn()).isEmpty();
  }

  private String pinned() {
    return cluster.onNode("find", "/sys/fs/bpf", "-path", "*/skep/*");
  }
}
