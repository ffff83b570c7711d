package dev.skep.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HooksPageTest {
  private static final YAMLMapper YAML = new YAMLMapper();

  private final List<JsonNode> examples;
  private final String page;

  HooksPageTest() throws IOException {
    page = Files.readString(ControlPlane.projectRoot().resolve("docs/hooks.md"));
    examples = YamlExamples.of("hooks.md");
  }

  @Test
  @DisplayName("the page has a row and an example of every hook, in the order of the API")
  void everyHook() {
    List<String> hooks =
        Arrays.stream(Attach.class.getRecordComponents()).map(RecordComponent::getName).toList();
    List<String> shown = new ArrayList<>();
    for (JsonNode example : examples) {
      if (!example.has("programs")) {
        example.fieldNames().forEachRemaining(shown::add);
      }
    }
    assertThat(shown).containsExactlyElementsOf(hooks);
    assertThat(hooks).allSatisfy(hook -> assertThat(page).contains("\n| " + hook + " | `"));
  }

  @Test
  @DisplayName("every example is what the API takes, each field of it")
  void examplesAreTaken() throws IOException {
    for (JsonNode example : examples) {
      Class<?> type = example.has("programs") ? BpfProgramSpec.class : Attach.class;
      Object read = YAML.treeToValue(example, type);
      assertThat(contained(YAML.valueToTree(read), example)).as(example.toString()).isTrue();
    }
  }

  /** Unknown fields are left out when read, so what is written must come back. */
  private static boolean contained(JsonNode whole, JsonNode part) {
    if (part.isObject()) {
      return part.properties().stream()
          .allMatch(
              field ->
                  whole.has(field.getKey())
                      && contained(whole.get(field.getKey()), field.getValue()));
    }
    if (part.isArray()) {
      for (int i = 0; i < part.size(); i++) {
        if (!whole.has(i) || !contained(whole.get(i), part.get(i))) {
          return false;
        }
      }
      return whole.size() == part.size();
    }
    return whole.asText().equals(part.asText());
  }
}
