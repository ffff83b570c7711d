package dev.skep.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.artifact.admit.Admission;
import dev.skep.artifact.admit.EntrySources;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.tests.stack.TestImages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MapsPageTest {
  private static final YAMLMapper YAML = new YAMLMapper();

  @Test
  @DisplayName("every example is admitted for the object that the page names")
  void examplesAreAdmitted() throws IOException {
    List<JsonNode> specs = new ArrayList<>();
    Map<String, Map<String, String>> configMaps = new HashMap<>();
    for (JsonNode tree : YamlExamples.of("maps.md")) {
      if (tree.path("kind").asText().equals("ConfigMap")) {
        Map<String, String> data = new HashMap<>();
        tree.get("data").properties().forEach(f -> data.put(f.getKey(), f.getValue().asText()));
        configMaps.put(tree.at("/metadata/name").asText(), data);
      } else {
        specs.add(tree);
      }
    }
    assertThat(specs).hasSizeGreaterThan(5);
    assertThat(configMaps).hasSize(1);

    ObjectReport report = ObjectInspector.inspect(TestImages.object("entries"));
    for (JsonNode example : specs) {
      ((ObjectNode) example).putObject("image").put("reference", "x");
      BpfProgramSpec spec = YAML.treeToValue(example, BpfProgramSpec.class);
      BpfProgramSpec whole =
          EntrySources.resolve(spec, name -> Optional.ofNullable(configMaps.get(name)));
      assertThat(Admission.check(whole, report)).as(example.toString()).isEmpty();
      // Unknown fields are left out when read: what was written must have been understood.
      example
          .properties()
          .forEach(f -> assertThat(YAML.valueToTree(spec).has(f.getKey())).as(f.getKey()).isTrue());
    }
  }
}
