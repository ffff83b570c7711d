package dev.skep.operator.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class KindVerdictTest {
  private static final Path CRDS = Path.of("../crds/src/main/crds");

  @Test
  @DisplayName("the CRDs this operator was built with fit")
  void same() {
    for (String kind : List.of("bpfprograms", "bpfrevisions", "bpfnodes")) {
      assertThat(KindVerdict.of(crd(kind), crd(kind))).isEqualTo(new KindVerdict.Fits());
    }
  }

  @Test
  @DisplayName("an older CRD without a field of status stops the operator, and says what to apply")
  void olderStops() {
    KindVerdict verdict =
        with("bpfprograms", s -> s.getProperties().get("status").getProperties().remove("usage"));

    assertThat(words(verdict, KindVerdict.Unfit.class))
        .contains("CRD bpfprograms.skep.dev (version 0.0.9) lacks", "status.usage")
        .contains("apply the CRDs of version 0.1.0");
  }

  @Test
  @DisplayName("an older CRD without a value that status can have stops the operator")
  void olderWithoutValue() {
    KindVerdict verdict =
        with(
            "bpfprograms",
            s ->
                s.getProperties()
                    .get("status")
                    .getProperties()
                    .get("phase")
                    .getEnum()
                    .remove(new TextNode("Degraded")));

    assertThat(words(verdict, KindVerdict.Unfit.class)).contains("status.phase=Degraded");
  }

  @Test
  @DisplayName("an older CRD without a field that only users write goes, and is said")
  void olderGoes() {
    KindVerdict verdict =
        with("bpfprograms", s -> s.getProperties().get("spec").getProperties().remove("metrics"));

    assertThat(words(verdict, KindVerdict.Lesser.class))
        .contains("is older than this operator", "spec.metrics", "apply the CRDs of version 0.1.0");
  }

  @Test
  @DisplayName("a newer CRD goes, with what has no effect said, and the operator to be updated")
  void newerGoes() {
    KindVerdict verdict =
        with(
            "bpfprograms",
            s -> s.getProperties().get("spec").getProperties().put("novelty", string()));

    assertThat(words(verdict, KindVerdict.Lesser.class))
        .contains("is newer than this operator", "spec.novelty", "update the operator");
  }

  @Test
  @DisplayName("a newer CRD that demands what this operator cannot write stops it")
  void newerStops() {
    KindVerdict verdict =
        with(
            "bpfrevisions",
            s -> {
              JSONSchemaProps spec = s.getProperties().get("spec");
              spec.getProperties().put("novelty", string());
              spec.getRequired().add("novelty");
            });

    assertThat(words(verdict, KindVerdict.Unfit.class))
        .contains("demands what this operator", "spec.novelty", "update the operator");
  }

  @Test
  @DisplayName("a CRD that no longer serves our version of the API stops the operator")
  void otherVersion() {
    CustomResourceDefinition theirs = crd("bpfnodes");
    theirs.getSpec().getVersions().getFirst().setName("v1");

    assertThat(words(KindVerdict.of(crd("bpfnodes"), theirs), KindVerdict.Unfit.class))
        .contains("does not serve v1alpha1", "update the operator");
  }

  private static String words(KindVerdict verdict, Class<? extends KindVerdict> type) {
    assertThat(verdict).isInstanceOf(type);
    return switch (verdict) {
      case KindVerdict.Fits() -> "";
      case KindVerdict.Lesser(String words) -> words;
      case KindVerdict.Unfit(String words) -> words;
    };
  }

  private static KindVerdict with(String kind, Consumer<JSONSchemaProps> change) {
    CustomResourceDefinition theirs = crd(kind);
    theirs.getMetadata().getAnnotations().put(KindVerdict.VERSION, "0.0.9");
    change.accept(theirs.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema());
    return KindVerdict.of(crd(kind), theirs);
  }

  private static JSONSchemaProps string() {
    JSONSchemaProps schema = new JSONSchemaProps();
    schema.setType("string");
    return schema;
  }

  private static CustomResourceDefinition crd(String kind) {
    try (var yaml = Files.newInputStream(CRDS.resolve(kind + ".yaml"))) {
      return Serialization.unmarshal(yaml, CustomResourceDefinition.class);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
