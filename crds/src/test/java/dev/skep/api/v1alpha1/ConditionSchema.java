package dev.skep.api.v1alpha1;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Kubernetes' own schema of metav1.Condition, which fabric8's type does not carry. */
final class ConditionSchema {
  private ConditionSchema() {}

  static void apply(ObjectNode schema) {
    ObjectNode properties = schema.putObject("properties");
    text(properties, "type", "Ready, Progressing, Degraded, Admitted or Stalled.", 316);
    text(properties, "status", "True, False or Unknown.", 0)
        .putArray("enum")
        .add("True")
        .add("False")
        .add("Unknown");
    text(properties, "reason", "Why, in one word.", 1024)
        .put("pattern", "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$");
    text(properties, "message", "Why, in words.", 32768);
    text(properties, "lastTransitionTime", "When status last changed.", 0)
        .put("format", "date-time");
    properties
        .putObject("observedGeneration")
        .put("description", "The generation of spec that this condition speaks of.")
        .put("type", "integer")
        .put("format", "int64")
        .put("minimum", 0);
    schema.put("type", "object");
    List.of("type", "status", "reason", "message", "lastTransitionTime")
        .forEach(schema.putArray("required")::add);
  }

  private static ObjectNode text(ObjectNode properties, String name, String text, int maxLength) {
    ObjectNode field = properties.putObject(name).put("description", text).put("type", "string");
    return maxLength > 0 ? field.put("maxLength", maxLength) : field;
  }
}
