package dev.skep.tests.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.tests.cluster.ControlPlane;
import dev.skep.tests.operator.Replicas.Replica;
import dev.skep.tests.stack.Shared;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** CRDs of another version than the operator's. */
class OtherCrdsIT {
  private static final Duration SOON = Duration.ofSeconds(90);

  private final Replicas replicas;

  OtherCrdsIT(@Shared Replicas replicas) {
    this.replicas = replicas;
  }

  @AfterEach
  void restore() throws IOException {
    Path ours = ControlPlane.projectRoot().resolve("crds/src/main/crds/bpfprograms.yaml");
    try (InputStream crd = Files.newInputStream(ours)) {
      replicas.client.load(crd).forceConflicts().serverSideApply();
    }
  }

  @Test
  @DisplayName("older CRDs: the operator waits and says what to apply; once applied it starts")
  void olderCrds() throws IOException {
    change(schema -> schema.getProperties().get("status").getProperties().remove("failures"));
    Replica operator = replicas.start("before-its-crds", Map.of());
    try {
      String words = "lacks what this operator (version 0.1.0-SNAPSHOT) writes: status.failures";
      operator.process().awaitReady(SOON, () -> operator.process().output().contains(words));
      assertThat(operator.answer("/q/health/ready"))
          .contains("DOWN", words, "apply the CRDs of version 0.1.0-SNAPSHOT");
      assertThat(operator.get("/q/health/live")).isNotNull();

      restore();
      replicas.ready(operator);
    } finally {
      operator.process().close();
    }
  }

  @Test
  @DisplayName(
      "newer CRDs: the operator works, says what it does not know, and takes none of it away")
  void newerCrds() {
    change(
        schema -> {
          JSONSchemaProps string = new JSONSchemaProps();
          string.setType("string");
          schema.getProperties().get("spec").getProperties().put("novelty", string);
        });
    Replica operator = replicas.ready(replicas.start("after-its-crds", Map.of()));
    try {
      assertThat(operator.process().output())
          .contains("is newer than this operator (version 0.1.0-SNAPSHOT), for which spec.novelty");
      replicas.apply("novel", replicas.image("novel"), "novelty: kept");
      Awaitility.await("it leads").atMost(SOON).until(operator::leads);
      replicas.awaitRevision("novel");
      assertThat(
              replicas
                  .client
                  .genericKubernetesResources("skep.dev/v1alpha1", "BpfProgram")
                  .inNamespace(Replicas.NAMESPACE)
                  .withName("novel")
                  .get()
                  .<String>get("spec", "novelty"))
          .isEqualTo("kept");
    } finally {
      operator.process().close();
    }
  }

  private void change(Consumer<JSONSchemaProps> change) {
    replicas
        .client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("bpfprograms.skep.dev")
        .edit(
            crd -> {
              change.accept(
                  crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema());
              return crd;
            });
  }
}
