package dev.skep.artifact.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.text.Names;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A global's value that each node knows of itself. */
public sealed interface NodeReference {
  /** {nodeField: NAME}. */
  record OfField(Field field) implements NodeReference {}

  /** {nodeLabel: KEY}. */
  record OfLabel(String key) implements NodeReference {}

  /** What a node knows of itself. */
  enum Field {
    internalIP,
    externalIP,
    name,
    cpuCount
  }

  /**
   * The reference that a value is; empty when it is a value of its own.
   *
   * @param path what the user calls its place; messages begin so
   * @throws Refusal InvalidGlobal when it names no such field, or more than one thing
   */
  static Optional<NodeReference> of(String path, JsonNode value) {
    if (value == null || !value.isObject() || !(value.has("nodeField") || value.has("nodeLabel"))) {
      return Optional.empty();
    }
    if (value.size() != 1 || !value.iterator().next().isTextual()) {
      throw invalid(path, "write {nodeField: NAME} or {nodeLabel: KEY}, and nothing beside it");
    }
    String said = value.iterator().next().textValue();
    if (value.has("nodeLabel")) {
      if (said.isEmpty()) {
        throw invalid(path + ".nodeLabel", "names no label");
      }
      return Optional.of(new OfLabel(said));
    }
    List<String> fields = Arrays.stream(Field.values()).map(Field::name).toList();
    if (!fields.contains(said)) {
      throw invalid(
          path + ".nodeField",
          "a node has no %s%s".formatted(Names.shorten(said), Names.suggestion(said, fields)));
    }
    return Optional.of(new OfField(Field.valueOf(said)));
  }

  private static Refusal invalid(String path, String what) {
    return new Refusal(Reason.InvalidGlobal, path + ": " + what);
  }
}
