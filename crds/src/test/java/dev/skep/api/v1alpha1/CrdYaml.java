package dev.skep.api.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the CRDs from the Java types: fabric8's generator, then what no annotation of its can say.
 */
final class CrdYaml {
  static final List<Class<? extends CustomResource<?, ?>>> KINDS =
      List.of(BpfProgram.class, BpfRevision.class, BpfNode.class);

  private static final YAMLMapper YAML =
      new YAMLMapper(
          YAMLFactory.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
              .build());

  /** Lists that the API server merges by key, so that two appliers can own an entry each. */
  private static final Map<String, List<String>> LIST_KEYS =
      Map.of(
          "bpfprograms:spec.programs", List.of("function"),
          "bpfprograms:spec.maps", List.of("name"),
          "bpfprograms:spec.metrics", List.of("name"),
          "bpfprograms:spec.image.pullSecrets", List.of("name"),
          "bpfprograms:status.conditions", List.of("type"),
          "bpfnodes:spec.programs", List.of("namespace", "name"),
          "bpfnodes:status.programs", List.of("namespace", "name"));

  private CrdYaml() {}

  /** File name → content. */
  static Map<String, String> generate() throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    for (Class<? extends CustomResource<?, ?>> kind : KINDS) {
      ObjectNode crd = generated(kind);
      finish(kind, crd);
      files.put(
          crd.at("/spec/names/plural").asText() + ".yaml",
          "# Generated from the Java types in crds/; regenerate as CrdYamlTest says.\n"
              + YAML.writeValueAsString(crd));
    }
    return files;
  }

  private static ObjectNode generated(Class<? extends CustomResource<?, ?>> kind)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (CRDGenerator.CRDOutput<OutputStream> output = new InMemory(bytes)) {
      new CRDGenerator()
          .customResourceClasses(List.of(kind))
          .forCRDVersions("v1")
          .withOutput(output)
          .generate();
    }
    return (ObjectNode) YAML.readTree(bytes.toByteArray());
  }

  private static void finish(Class<? extends CustomResource<?, ?>> kind, ObjectNode crd) {
    String plural = crd.at("/spec/names/plural").asText();
    ObjectNode version = (ObjectNode) crd.at("/spec/versions/0");
    orderColumns(kind, version);
    // By which an operator of another version says which of the two to update.
    ((ObjectNode) crd.get("metadata"))
        .putObject("annotations")
        .put("skep.dev/version", ProjectVersion.VALUE);
    ObjectNode schema = (ObjectNode) version.at("/schema/openAPIV3Schema");
    schema.put("description", CrdDescriptions.KINDS.get(plural));
    walk(plural, "", schema);
    if (plural.equals("bpfprograms")) {
      unseen((ObjectNode) schema.at("/properties/status"));
    }
    if (plural.equals("bpfnodes")) {
      // Only the programs themselves: a node that runs nothing has no spec yet.
      schema.remove("required");
    }
  }

  /**
   * What a resource says before its operator saw it. Without it kstatus, and with it Flux and
   * others, takes what has no condition yet for done.
   */
  private static void unseen(ObjectNode status) {
    status.putObject("default").put("observedGeneration", -1).put("phase", "Pending");
  }

  /** As the class declares them; the generator sorts by JSON path, and kubectl shows its order. */
  private static void orderColumns(Class<? extends CustomResource<?, ?>> kind, ObjectNode version) {
    ArrayNode columns = version.withArray("additionalPrinterColumns");
    Map<String, JsonNode> byName = new LinkedHashMap<>();
    columns.forEach(column -> byName.put(column.get("name").asText(), column));
    // The API server leaves a 0 out, and Argo CD then finds a difference that no sync removes.
    columns.forEach(column -> dropZero((ObjectNode) column, "priority"));
    columns.removeAll();
    for (AdditionalPrinterColumn column :
        kind.getAnnotationsByType(AdditionalPrinterColumn.class)) {
      columns.add(byName.remove(column.name()));
    }
    if (!byName.isEmpty()) {
      throw new IllegalStateException("columns without a place: " + byName.keySet());
    }
  }

  private static void dropZero(ObjectNode object, String field) {
    if (object.path(field).asInt() == 0) {
      object.remove(field);
    }
  }

  private static void walk(String plural, String path, ObjectNode schema) {
    dropRepeatedRules(schema);
    wholeNumbers(schema);
    if (!schema.has("description")) {
      String text = CrdDescriptions.of(path);
      if (text != null) {
        schema.put("description", text);
      }
    }
    if (schema.has("additionalProperties")) {
      // Its values are open, it is not: without this the API server takes any shape for it.
      schema.remove("x-kubernetes-preserve-unknown-fields");
    }
    if (path.endsWith(".interfaces")) {
      schema.put("x-kubernetes-list-type", "set");
    }
    if (path.endsWith("elector.matchExpressions")) {
      boundSelector(schema);
    }
    if (path.endsWith(".entriesFrom.[]") && plural.equals("bpfprograms")) {
      // A revision tells it; a user has nothing to say here.
      ((ObjectNode) schema.get("properties")).remove("count");
    }
    if (path.equals("spec.maps.[].entries") && plural.equals("bpfrevisions")) {
      // With those of ConfigMaps, whose bound is bytes.
      schema.put("maxItems", 100_000);
    }
    List<String> keys = LIST_KEYS.get(plural + ":" + path);
    if (keys != null) {
      schema.put("x-kubernetes-list-type", "map");
      keys.forEach(schema.putArray("x-kubernetes-list-map-keys")::add);
    }
    if (path.endsWith("conditions.[]")) {
      ConditionSchema.apply(schema);
      return;
    }
    schema
        .path("properties")
        .properties()
        .forEach(p -> descend(plural, path, p.getKey(), p.getValue()));
    descend(plural, path, "[]", schema.path("items"));
    descend(plural, path, "{}", schema.path("additionalProperties"));
  }

  /** Bounds let the API server work out what a rule on it costs. */
  private static void boundSelector(ObjectNode expressions) {
    expressions.put("maxItems", 16);
    ObjectNode expression = (ObjectNode) expressions.get("items");
    expression.putArray("required").add("key").add("operator");
    ObjectNode operator = (ObjectNode) expression.at("/properties/operator");
    List.of("In", "NotIn", "Exists", "DoesNotExist").forEach(operator.putArray("enum")::add);
    ((ObjectNode) expression.at("/properties/values")).put("maxItems", 64);
  }

  private static void descend(String plural, String path, String step, JsonNode child) {
    if (child instanceof ObjectNode object) {
      walk(plural, path.isEmpty() ? step : path + "." + step, object);
    }
  }

  /** A rule on a type is also put on each record component of that type. */
  private static void dropRepeatedRules(ObjectNode schema) {
    if (schema.get("x-kubernetes-validations") instanceof ArrayNode rules) {
      Set<JsonNode> once = new LinkedHashSet<>();
      rules.forEach(once::add);
      rules.removeAll().addAll(once);
    }
  }

  /** The generator writes every bound as a floating-point number. */
  private static void wholeNumbers(ObjectNode schema) {
    for (String bound : List.of("minimum", "maximum")) {
      if (schema.path(bound).isNumber()) {
        schema.put(bound, schema.get(bound).asLong());
      }
    }
  }

  /** The same files under the names that they have among the numbered manifests of the install. */
  static Map<String, String> numbered() throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    for (Map.Entry<String, String> file : generate().entrySet()) {
      files.put("02" + files.size() + "-crd-" + file.getKey(), file.getValue());
    }
    return files;
  }

  /** Writes files into the folder given. */
  static void write(Path folder, Map<String, String> files) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }

  /** Fields without a description, by kind and path. */
  static List<String> undescribed() throws IOException {
    List<String> found = new ArrayList<>();
    for (Class<? extends CustomResource<?, ?>> kind : KINDS) {
      ObjectNode crd = generated(kind);
      finish(kind, crd);
      collect(
          crd.at("/spec/names/plural").asText(),
          crd.at("/spec/versions/0/schema/openAPIV3Schema"),
          found);
    }
    return found;
  }

  private static void collect(String path, JsonNode schema, List<String> found) {
    schema
        .path("properties")
        .properties()
        .forEach(
            p -> {
              String here = path + "." + p.getKey();
              if (!p.getValue().has("description")) {
                found.add(here);
              }
              collect(here, p.getValue(), found);
              collect(here, p.getValue().path("items"), found);
            });
  }

  /** The generator wants a stream for each CRD; there is one. */
  private record InMemory(ByteArrayOutputStream bytes)
      implements CRDGenerator.CRDOutput<OutputStream> {
    @Override
    public OutputStream outputFor(String crdName) {
      return bytes;
    }

    @Override
    public void close() {}
  }
}
