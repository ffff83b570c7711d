package dev.skep.tests.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The YAML that a page of docs/ shows. */
final class YamlExamples {
  private static final Pattern EXAMPLE =
      Pattern.compile("^```yaml\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);
  private static final YAMLMapper YAML = new YAMLMapper();

  private YamlExamples() {}

  static List<JsonNode> of(String page) throws IOException {
    String text = Files.readString(ControlPlane.projectRoot().resolve("docs").resolve(page));
    List<JsonNode> examples = new ArrayList<>();
    for (String example : EXAMPLE.matcher(text).results().map(m -> m.group(1)).toList()) {
      examples.add(YAML.readTree(example));
    }
    return examples;
  }
}
