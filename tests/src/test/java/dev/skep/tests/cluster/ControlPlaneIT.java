package dev.skep.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ControlPlaneIT {

  @Test
  @DisplayName("the shared control plane serves Skep's resources")
  void servesTheCrds() {
    try (KubernetesClient client = ControlPlane.shared().client()) {
      assertThat(client.apiextensions().v1().customResourceDefinitions().list().getItems())
          .extracting(crd -> crd.getSpec().getNames().getKind())
          .contains("BpfProgram", "BpfRevision", "BpfNode");
    }
  }

  @Test
  @DisplayName("a killed API server comes back at the same address with what it stored")
  void outlivesItsApiServer() {
    try (ControlPlane own = ControlPlane.start();
        KubernetesClient client = clientWithoutRetries(own)) {
      client.resource(settings()).inNamespace("default").create();
      own.killApiServer();
      assertThatThrownBy(() -> client.namespaces().list())
          .isInstanceOf(KubernetesClientException.class);
      own.restartApiServer();
      assertThat(client.configMaps().inNamespace("default").withName("kept").get().getData())
          .containsEntry("a", "b");
    }
  }

  private static KubernetesClient clientWithoutRetries(ControlPlane controlPlane) {
    Config config = Config.fromKubeconfig(controlPlane.kubeconfig());
    config.setRequestRetryBackoffLimit(0);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private static ConfigMap settings() {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName("kept")
        .endMetadata()
        .withData(Map.of("a", "b"))
        .build();
  }
}
