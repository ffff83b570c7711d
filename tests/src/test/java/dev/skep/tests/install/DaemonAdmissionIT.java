package dev.skep.tests.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.tests.cluster.ControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon's token writes what is called like the token's node, whatever else its role says. */
class DaemonAdmissionIT {
  private static final String OWN = "own-node";
  private static final String OTHER = "other-node";
  private static final ControlPlane CLUSTER = ControlPlane.shared();
  @TempDir private static Path folder;
  private static KubernetesClient admin;
  private static KubernetesClient daemon;
  private static KubernetesClient unbound;

  @BeforeAll
  static void install() throws IOException {
    CLUSTER.install();
    CLUSTER.addNode(OWN);
    CLUSTER.addNode(OTHER);
    admin = CLUSTER.client();
    daemon = client(CLUSTER.kubeconfigOn(OWN, "skep-system", "skep-daemon", folder.resolve("own")));
    unbound = client(CLUSTER.kubeconfigOf("skep-system", "skep-daemon", folder.resolve("unbound")));
    // The role is not what holds it: a daemon with every right on nodes is held all the same.
    admin
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName("daemon-admission-test")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
                .addNewSubject("", "ServiceAccount", "skep-daemon", "skep-system")
                .build())
        .serverSideApply();
    node(admin, OTHER).serverSideApply();
    Awaitility.await("the policy holds")
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> patch(unbound, OTHER))
                    .hasMessageContaining("bound to no node"));
  }

  @AfterAll
  static void close() {
    admin.rbac().clusterRoleBindings().withName("daemon-admission-test").delete();
    for (String name : new String[] {OWN, OTHER}) {
      node(admin, name).delete();
      lease(admin, name).delete();
      admin.nodes().withName(name).delete();
    }
    daemon.close();
    unbound.close();
    admin.close();
  }

  @Test
  @DisplayName("a daemon writes its own node's BpfNode, status and heartbeat")
  void writesItsOwn() {
    node(daemon, OWN).serverSideApply();
    patch(daemon, OWN);
    assertThat(node(admin, OWN).get().get("status", "daemonVersion").toString()).isEqualTo("9");
    assertThatCode(() -> lease(daemon, OWN).serverSideApply()).doesNotThrowAnyException();
    node(daemon, OWN).delete();
  }

  @Test
  @DisplayName("a daemon creates, changes and deletes nothing of another node")
  void writesNoOther() {
    isDenied(
        () -> patch(daemon, OTHER), "the daemon of node own-node writes nothing called other-node");
    isDenied(() -> node(daemon, "third").create(), "writes nothing called third");
    isDenied(() -> node(daemon, OTHER).delete(), "writes nothing called other-node");
    isDenied(() -> lease(daemon, OTHER).create(), "writes nothing called other-node");
    lease(admin, OTHER).serverSideApply();
    isDenied(() -> lease(daemon, OTHER).delete(), "writes nothing called other-node");
    isDenied(() -> lease(daemon, "skep-operator").create(), "writes nothing called skep-operator");
    assertThat(node(admin, OTHER).get()).isNotNull();
  }

  @Test
  @DisplayName("a token of the daemon's account that names no node writes nothing")
  void needsANode() {
    isDenied(() -> patch(unbound, OTHER), "this token of skep-daemon is bound to no node");
    isDenied(() -> lease(unbound, OWN).create(), "this token of skep-daemon is bound to no node");
  }

  @Test
  @DisplayName("others are not asked for a node")
  void leavesOthersAlone() {
    assertThatCode(() -> patch(admin, OTHER)).doesNotThrowAnyException();
    assertThatCode(() -> lease(admin, OTHER).serverSideApply()).doesNotThrowAnyException();
  }

  private static void isDenied(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable write, String words) {
    assertThatThrownBy(write)
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(words)
        .extracting(e -> ((KubernetesClientException) e).getCode())
        .isEqualTo(403);
  }

  private static void patch(KubernetesClient as, String name) {
    as.genericKubernetesResources("skep.dev/v1alpha1", "BpfNode")
        .withName(name)
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"daemonVersion\":\"9\"}}");
  }

  private static Resource<GenericKubernetesResource> node(KubernetesClient as, String name) {
    return as.resource(
        new GenericKubernetesResourceBuilder()
            .withApiVersion("skep.dev/v1alpha1")
            .withKind("BpfNode")
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .addToAdditionalProperties(Map.of("spec", Map.of()))
            .build());
  }

  private static Resource<Lease> lease(KubernetesClient as, String name) {
    return as.resource(
        new LeaseBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace("skep-system")
            .endMetadata()
            .withNewSpec()
            .withHolderIdentity(name)
            .endSpec()
            .build());
  }

  private static KubernetesClient client(Path kubeconfig) throws IOException {
    return new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(Files.readString(kubeconfig)))
        .build();
  }
}
