package dev.skep.operator.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How the schema in a cluster differs from ours; each by the paths of fields, {@code spec.a.b}, and
 * {@code spec.a=VALUE} for values of enumerations.
 *
 * @param lacking what ours has and theirs has not
 * @param unknown what theirs has and ours has not
 * @param demanded those of the unknown that may not be left out
 * @param changed what is of another type
 */
record SchemaDifference(
    List<String> lacking, List<String> unknown, List<String> demanded, List<String> changed) {

  static SchemaDifference between(JSONSchemaProps ours, JSONSchemaProps theirs) {
    SchemaDifference found =
        new SchemaDifference(
            new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    found.walk("", ours, theirs);
    return found;
  }

  private void walk(String path, JSONSchemaProps ours, JSONSchemaProps theirs) {
    if (!Objects.equals(ours.getType(), theirs.getType())) {
      changed.add("%s (%s there, %s here)".formatted(path, theirs.getType(), ours.getType()));
      return;
    }
    values(path, ours, theirs);
    properties(path, ours, theirs);
    if (ours.getItems() != null && theirs.getItems() != null) {
      walk(path, ours.getItems().getSchema(), theirs.getItems().getSchema());
    }
    if (ours.getAdditionalProperties() != null
        && theirs.getAdditionalProperties() != null
        && ours.getAdditionalProperties().getSchema() != null
        && theirs.getAdditionalProperties().getSchema() != null) {
      walk(
          path,
          ours.getAdditionalProperties().getSchema(),
          theirs.getAdditionalProperties().getSchema());
    }
  }

  private void values(String path, JSONSchemaProps ours, JSONSchemaProps theirs) {
    List<JsonNode> known = orNone(ours.getEnum());
    List<JsonNode> there = orNone(theirs.getEnum());
    if (!known.isEmpty() && !there.isEmpty()) {
      known.stream()
          .filter(v -> !there.contains(v))
          .forEach(v -> lacking.add(path + "=" + v.asText()));
      there.stream()
          .filter(v -> !known.contains(v))
          .forEach(v -> unknown.add(path + "=" + v.asText()));
    }
  }

  private void properties(String path, JSONSchemaProps ours, JSONSchemaProps theirs) {
    Map<String, JSONSchemaProps> known = orNone(ours.getProperties());
    Map<String, JSONSchemaProps> there = orNone(theirs.getProperties());
    boolean open = Boolean.TRUE.equals(theirs.getXKubernetesPreserveUnknownFields());
    known.forEach(
        (name, schema) -> {
          if (there.containsKey(name)) {
            walk(below(path, name), schema, there.get(name));
          } else if (!open) {
            lacking.add(below(path, name));
          }
        });
    there.keySet().stream()
        .filter(name -> !known.containsKey(name))
        .forEach(
            name -> {
              unknown.add(below(path, name));
              if (orNone(theirs.getRequired()).contains(name)) {
                demanded.add(below(path, name));
              }
            });
  }

  private static String below(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static <T> List<T> orNone(List<T> list) {
    return list == null ? List.of() : list;
  }

  private static <T> Map<String, T> orNone(Map<String, T> map) {
    return map == null ? Map.of() : map;
  }
}
