package dev.skep.tests.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.skep.tests.cluster.ControlPlane;
import dev.skep.tests.cluster.CrdSchema;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule of the CRDs against a spec that breaks it, as a real API server judges it. */
class CrdRulesIT {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final String REVISIONS_NEVER_CHANGE = "a revision never changes";

  private static KubernetesClient client;

  /** One rule of a CRD, and where in its schema it stands: spec.maps[]. */
  record Rule(String kind, String at, String message) {
    /** The place of the same rule in the file of what breaks them. */
    String written() {
      return at.replace("attachments[]", "attach") + ": " + message;
    }

    /** The place as the API server names it. */
    String field() {
      return at.isEmpty() ? "<nil>" : at.replace("[]", "[0]");
    }

    @Override
    public String toString() {
      return kind + " " + at + ": " + message;
    }
  }

  /** A spec that a rule refuses, in a resource of this name. */
  record Broken(String at, String message, String name, ObjectNode spec) {
    String written() {
      return at + ": " + message;
    }
  }

  @BeforeAll
  static void connect() {
    client = ControlPlane.shared().client();
  }

  @AfterAll
  static void disconnect() {
    client.close();
  }

  static Stream<Rule> rules() {
    return CrdSchema.all().stream().flatMap(CrdRulesIT::rules);
  }

  private static Stream<Rule> rules(CrdSchema crd) {
    return crd.fields().entrySet().stream()
        .flatMap(
            field ->
                field
                    .getValue()
                    .path("x-kubernetes-validations")
                    .valueStream()
                    .map(r -> new Rule(crd.kind(), field.getKey(), r.get("message").asText())));
  }

  static Stream<Rule> rulesOnOneSpec() {
    return rules().filter(rule -> !rule.message().equals(REVISIONS_NEVER_CHANGE));
  }

  private static List<Broken> broken() throws IOException {
    try (var file = CrdRulesIT.class.getResourceAsStream("/rules/broken.yaml")) {
      return YAML.readTree(file)
          .valueStream()
          .map(
              one ->
                  new Broken(
                      one.get("at").asText(),
                      one.get("message").asText(),
                      one.path("name").asText("broken"),
                      (ObjectNode) one.get("spec")))
          .toList();
    }
  }

  @Test
  @DisplayName("each rule has a spec that breaks it, and each such spec a rule")
  void noneIsWithoutTheOther() throws IOException {
    assertThat(broken().stream().map(Broken::written))
        .containsExactlyInAnyOrderElementsOf(
            rulesOnOneSpec().map(Rule::written).distinct().toList());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rulesOnOneSpec")
  @DisplayName("the API server refuses a spec that breaks the rule, by its message and field")
  void isRefused(Rule rule) throws IOException {
    Broken broken =
        broken().stream()
            .filter(one -> one.written().equals(rule.written()))
            .findFirst()
            .orElseThrow();
    ObjectNode spec = broken.spec();
    if (rule.at().contains("attachments[]")) {
      ObjectNode program = (ObjectNode) spec.at("/programs/0");
      program.set("attachments", YAML.createArrayNode().add(program.remove("attach")));
    }
    Resource<GenericKubernetesResource> resource = resource(rule.kind(), broken.name(), spec);

    assertThat(refusals(() -> resource.dryRun().create()))
        .anySatisfy(
            refusal -> assertThat(refusal).startsWith(rule.field()).endsWith(rule.message()));
  }

  @Test
  @DisplayName("a revision that is there takes no other spec")
  void revisionsNeverChange() {
    ObjectNode spec = YAML.createObjectNode();
    Resource<GenericKubernetesResource> created = resource("BpfRevision", "never-changes", spec);
    created.create();
    try {
      Resource<GenericKubernetesResource> other =
          resource("BpfRevision", "never-changes", spec.put("mode", "Verify"));
      assertThat(refusals(() -> other.dryRun().forceConflicts().serverSideApply()))
          .singleElement()
          .asString()
          .startsWith("spec: ")
          .endsWith(REVISIONS_NEVER_CHANGE);
    } finally {
      created.delete();
    }
  }

  private static Resource<GenericKubernetesResource> resource(
      String kind, String name, ObjectNode spec) {
    ObjectNode whole = spec.deepCopy();
    if (kind.equals("BpfProgram")) {
      whole.putObject("image").put("reference", "example.com/a:v1");
    } else {
      whole.put("program", "a").put("load", "b");
      whole
          .putObject("image")
          .put("reference", "example.com/a:v1")
          .put("digest", "sha256:0")
          .put("objectDigest", "sha256:1")
          .put("objectSize", 1);
      whole
          .withArrayProperty("programs")
          .forEach(program -> ((ObjectNode) program).put("section", "c").put("type", "d"));
    }
    GenericKubernetesResource resource = new GenericKubernetesResource();
    resource.setApiVersion("skep.dev/v1alpha1");
    resource.setKind(kind);
    resource.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace("default").build());
    resource.setAdditionalProperty("spec", whole);
    return client.resource(resource);
  }

  /** FIELD: MESSAGE of each thing that is wrong with what is done. */
  private static List<String> refusals(Runnable done) {
    KubernetesClientException refused =
        catchThrowableOfType(KubernetesClientException.class, done::run);
    assertThat(refused).as("the API server took it").isNotNull();
    return refused.getStatus().getDetails().getCauses().stream()
        .map(cause -> cause.getField() + ": " + cause.getMessage())
        .toList();
  }
}
