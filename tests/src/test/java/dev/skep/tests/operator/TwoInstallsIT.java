package dev.skep.tests.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.tests.cluster.ControlPlane;
import dev.skep.tests.operator.Replicas.Replica;
import dev.skep.tests.stack.Shared;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Skep installed a second time, in another namespace. */
class TwoInstallsIT {
  private static final String SECOND = "skep-second";
  private static final Duration SOON = Duration.ofSeconds(90);

  private final Replicas replicas;

  TwoInstallsIT(@Shared Replicas replicas) {
    this.replicas = replicas;
  }

  @Test
  @DisplayName(
      "the second does nothing, says so in log, readiness and an Event; later it takes over")
  void theSecondWaits() throws IOException {
    installSecond();
    Replica first = replicas.ready(replicas.start("first-1", Map.of()));
    Awaitility.await("the first leads").atMost(SOON).until(first::leads);
    Replica second = replicas.start("second-1", SECOND, Map.of());
    try {
      second
          .process()
          .awaitReady(SOON, () -> second.process().output().contains("Skep is installed twice"));
      String health = second.answer("/q/health/ready");
      assertThat(health)
          .contains("DOWN", "the one in namespace skep-system works here", "Remove one of the two");
      assertThat(eventsIn(SECOND))
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.getReason()).isEqualTo("InstalledTwice");
                assertThat(event.getType()).isEqualTo("Warning");
                assertThat(event.getInvolvedObject().getName()).isEqualTo("second-1");
              });
      // Not even a Lease of its own: who waits is in nobody's way.
      assertThat(replicas.client.leases().inNamespace(SECOND).withName("skep-operator").get())
          .isNull();
      assertThat(first.get("/q/health/ready")).isNotNull();

      first.process().close();
      replicas.ready(second);
      Awaitility.await("the second leads").atMost(SOON).until(second::leads);
    } finally {
      second.process().close();
      first.process().close();
      replicas.client.namespaces().withName(SECOND).delete();
    }
  }

  @Test
  @DisplayName("a Lease that any owner of a namespace can make keeps no operator from its work")
  void aLeaseIsNoInstall() {
    Lease made =
        new LeaseBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName("skep-operator")
            .endMetadata()
            .withNewSpec()
            .withHolderIdentity("nobody")
            .withLeaseDurationSeconds(3600)
            .withRenewTime(ZonedDateTime.now())
            .endSpec()
            .build();
    // As at a fresh install: the tenant's is older than what is there, which is nothing.
    replicas.client.leases().inNamespace(Replicas.NAMESPACE).withName("skep-operator").delete();
    replicas.client.resource(made).create();
    Replica first = replicas.start("first-2", Map.of());
    try {
      replicas.ready(first);
      assertThat(first.process().output()).contains("Lease default/skep-operator", "passed over");
      assertThat(eventsIn(Replicas.NAMESPACE))
          .filteredOn(event -> event.getInvolvedObject().getName().equals("first-2"))
          .extracting(Event::getMessage)
          .anySatisfy(message -> assertThat(message).contains("taken its ClusterRoleBinding"));
    } finally {
      first.process().close();
      replicas.client.resource(made).delete();
    }
  }

  private List<Event> eventsIn(String namespace) {
    return Awaitility.await("an Event")
        .atMost(SOON)
        .until(
            () -> replicas.client.v1().events().inNamespace(namespace).list().getItems(),
            events -> !events.isEmpty());
  }

  /** As the manifests would do it with another namespace, and with other names cluster-wide. */
  private void installSecond() throws IOException {
    Path install = ControlPlane.projectRoot().resolve("config/install");
    for (String file :
        List.of("010-namespace.yaml", "030-operator-rbac.yaml", "050-mirror-tls.yaml")) {
      String manifests =
          Files.readString(install.resolve(file))
              .replace("skep-system", SECOND)
              .replaceAll(
                  "(kind: ClusterRole(?:Binding)?\\nmetadata:\\n  name: )skep-operator",
                  "$1" + SECOND)
              .replace(
                  "kind: ClusterRole\n  name: skep-operator",
                  "kind: ClusterRole\n  name: " + SECOND);
      replicas
          .client
          .load(new ByteArrayInputStream(manifests.getBytes(StandardCharsets.UTF_8)))
          .serverSideApply();
    }
  }
}
