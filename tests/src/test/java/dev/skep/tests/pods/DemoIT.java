package dev.skep.tests.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.tests.stack.Shared;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The demonstration in a cluster that somebody has, and that has no Skep yet. */
class DemoIT {
  private final OneNode cluster;

  DemoIT(@Shared OneNode cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void takeSkepAway() {
    cluster.uninstall();
  }

  @AfterEach
  void installAgain() {
    cluster.make("demo-down");
    cluster.install();
  }

  @Test
  @DisplayName(
      "make demo CLUSTER=current shows a program's life, and make demo-down leaves nothing in the"
          + " cluster and on its nodes")
  void leavesNothing() {
    assertThat(cluster.make("demo"))
        .containsPattern("files opened on all nodes so far: [1-9]")
        .contains("resources of config/overlays/dev", "kind: BpfProgram")
        .containsPattern("program [0-9]+ on_openat, link [0-9]+: tracepoint syscalls/")
        .contains("--type=merge -p '{\"spec\":{\"globals\":{\"writes_only\":true}}}'")
        .contains("reason: VerifierRejected", "'make demo-down' takes Skep out")
        .doesNotContain("\033");
    assertThat(cluster.kubectl("get", "bpf", "-o", "name")).contains("file-opens");

    cluster.make("demo-down");

    assertThat(cluster.skepsOwn()).isEmpty();
    assertThat(cluster.onNode("find", "/sys/fs/bpf", "-path", "*/skep/*")).isEmpty();
    assertThat(cluster.onNode("find", "/var/lib/skep", "-mindepth", "1")).isEmpty();
  }
}
