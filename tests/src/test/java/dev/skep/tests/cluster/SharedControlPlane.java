package dev.skep.tests.cluster;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.TimeUnit;

/** Starts on first use, once; a JVM whose tests need no cluster starts none. */
final class SharedControlPlane {
  private static ControlPlane shared;

  private SharedControlPlane() {}

  static synchronized ControlPlane get() {
    if (shared == null) {
      ControlPlane started = ControlPlane.start();
      Runtime.getRuntime().addShutdownHook(new Thread(started::close, "end-control-plane"));
      started.apply("crds/src/main/crds");
      awaitEstablished(started);
      shared = started;
    }
    return shared;
  }

  private static void awaitEstablished(ControlPlane controlPlane) {
    try (KubernetesClient client = controlPlane.client()) {
      client
          .apiextensions()
          .v1()
          .customResourceDefinitions()
          .list()
          .getItems()
          .forEach(
              crd ->
                  client
                      .resource(crd)
                      .waitUntilCondition(SharedControlPlane::isEstablished, 30, TimeUnit.SECONDS));
    }
  }

  private static boolean isEstablished(CustomResourceDefinition crd) {
    return crd != null
        && crd.getStatus() != null
        && crd.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
  }
}
