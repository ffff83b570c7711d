package dev.skep.tests.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.tests.cluster.ControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of the pages, as {@code kubectl apply --dry-run=server} judges them. */
class ExamplesIT {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Set<String> SPEC =
      Stream.of(BpfProgramSpec.class.getRecordComponents())
          .map(RecordComponent::getName)
          .collect(Collectors.toSet());

  static Stream<JsonNode> examples() throws IOException {
    List<JsonNode> examples = new ArrayList<>();
    for (String page : List.of("hooks.md", "maps.md", "metrics.md", "xdp.md")) {
      examples.addAll(YamlExamples.of(page));
    }
    return examples.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  @DisplayName("the API server accepts it, and knows every field of it")
  void isAccepted(JsonNode example) throws IOException {
    GenericKubernetesResource resource =
        YAML.treeToValue(whole(example), GenericKubernetesResource.class);
    resource.getMetadata().setNamespace("default");
    try (KubernetesClient client = ControlPlane.shared().client()) {
      client
          .resource(resource)
          .dryRun()
          .fieldValidation(FieldValidateable.Validation.STRICT)
          .create();
    }
  }

  /** The resource that an example is a part of: of a spec, of one of its programs, or a hook. */
  private static JsonNode whole(JsonNode example) {
    if (example.has("kind")) {
      return example;
    }
    ObjectNode resource =
        YAML.createObjectNode().put("apiVersion", "skep.dev/v1alpha1").put("kind", "BpfProgram");
    resource.putObject("metadata").put("name", "example");
    ObjectNode spec = resource.putObject("spec");
    if (SPEC.containsAll(example.propertyStream().map(Map.Entry::getKey).toList())) {
      spec.setAll((ObjectNode) example);
    } else {
      ObjectNode program = spec.putArray("programs").addObject().put("function", "f");
      program.set("attach", example.has("attach") ? example.get("attach") : example);
    }
    spec.putObject("image").put("reference", "example.com/a:v1");
    return resource;
  }
}
