package dev.skep.tests.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfProgramStatus.FailureGroup;
import dev.skep.api.v1alpha1.BpfProgramStatus.Phase;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.tests.stack.Shared;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Daemons that are not given every capability. */
class FewerCapabilitiesIT {
  private final OneNode cluster;

  FewerCapabilitiesIT(@Shared OneNode cluster) {
    this.cluster = cluster;
  }

  @AfterEach
  void cleanUp() {
    cluster.programs().deleteAll();
    cluster.install();
  }

  @Test
  @DisplayName(
      "without SYS_ADMIN a uprobe is Incompatible, and its status says what gives it; what needs it"
          + " not runs")
  void withoutSysAdmin() {
    cluster.kubectl(
        "patch",
        OneNode.DAEMON,
        "--type=json",
        "-p",
        """
        [{"op": "replace",
          "path": "/spec/template/spec/containers/0/securityContext/capabilities/add",
          "value": ["BPF", "PERFMON", "NET_ADMIN", "SYS_PTRACE"]}]
        """);
    cluster.awaitInstalled();

    cluster.programs().apply("may", "image: {reference: %s}".formatted(cluster.push("raw_tp")));
    cluster
        .programs()
        .apply(
            "may-not",
            """
            image: {reference: %s}
            programs:
            - {function: on_entry, attach: {uprobe: {binary: /bin/bash, symbol: readline}}}
            """
                .formatted(cluster.push("uprobe")));

    cluster.programs().awaitReady("may");
    BpfProgramStatus status =
        cluster
            .programs()
            .await("may-not", Duration.ofSeconds(30), s -> s.nodes().incompatible() == 1);
    assertThat(status.phase()).isEqualTo(Phase.Degraded);
    FailureGroup failure = status.failures().getFirst();
    assertThat(failure.reason()).isEqualTo(Reason.Incompatible);
    assertThat(failure.message())
        .contains("needs CAP_SYS_ADMIN", "daemon.capabilities.sysAdmin", "capabilities.add");
  }
}
