package dev.skep.tests.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The schema of one of Skep's kinds, as the API server has it.
 *
 * @param fields place → schema there: "" of the resource, spec.maps[] of each in a list
 */
public record CrdSchema(String kind, Map<String, JsonNode> fields) {

  /** Of every kind. */
  public static List<CrdSchema> all() {
    List<CrdSchema> all = new ArrayList<>();
    try (var files = Files.list(ControlPlane.projectRoot().resolve("crds/src/main/crds"))) {
      for (Path file : files.sorted().toList()) {
        JsonNode crd = new YAMLMapper().readTree(file.toFile());
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        collect("", crd.at("/spec/versions/0/schema/openAPIV3Schema"), fields);
        all.add(new CrdSchema(crd.at("/spec/names/kind").asText(), fields));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return all;
  }

  private static void collect(String at, JsonNode schema, Map<String, JsonNode> fields) {
    fields.put(at, schema);
    String within = at.isEmpty() ? "" : at + ".";
    schema
        .path("properties")
        .properties()
        .forEach(field -> collect(within + field.getKey(), field.getValue(), fields));
    if (schema.has("items")) {
      collect(at + "[]", schema.get("items"), fields);
    }
  }

  /** What a resource has at a place, in each element of the lists on the way. */
  public static List<JsonNode> values(JsonNode resource, String at) {
    List<JsonNode> values = List.of(resource);
    for (String step : at.replace("[]", ".[]").split("\\.")) {
      values =
          values.stream()
              .flatMap(v -> step.equals("[]") ? v.valueStream() : Stream.of(v.path(step)))
              .filter(v -> !v.isMissingNode())
              .toList();
    }
    return values;
  }

  public static CrdSchema of(String kind) {
    return all().stream().filter(crd -> crd.kind().equals(kind)).findFirst().orElseThrow();
  }
}
