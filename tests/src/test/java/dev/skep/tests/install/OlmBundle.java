package dev.skep.tests.install;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The bundle in config/olm, made from the plain manifests. A bundle holds no DaemonSet and no
 * policy: those, and what they need, are a kustomization beside it.
 */
final class OlmBundle {
  private static final String GENERATED =
      "# Generated from the plain manifests in config/; regenerate as GeneratedInstallTest says.\n";
  private static final YAMLMapper YAML =
      new YAMLMapper(
          YAMLFactory.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
              .build());

  private final Map<String, JsonNode> plain =
      Manifests.resources(
          Manifests.numbered().values().stream().collect(Collectors.joining("\n---\n")));

  private OlmBundle() {}

  /** File name → content. */
  static Map<String, String> generate() {
    OlmBundle bundle = new OlmBundle();
    Map<String, String> files = new TreeMap<>();
    files.put("README.md", OlmTexts.README);
    files.put("bundle.Dockerfile", OlmTexts.DOCKERFILE);
    files.put("metadata/annotations.yaml", GENERATED + OlmTexts.ANNOTATIONS);
    files.put("daemon/kustomization.yaml", OlmTexts.DAEMON);
    files.put("manifests/skep.clusterserviceversion.yaml", bundle.serviceVersion());
    files.put(
        "manifests/skep-operator.service.yaml",
        bundle.withoutNamespace("Service skep-system/skep-operator"));
    files.put(
        "manifests/skep-operator.poddisruptionbudget.yaml",
        bundle.withoutNamespace("PodDisruptionBudget skep-system/skep-operator"));
    Manifests.numbered()
        .forEach(
            (name, text) -> {
              if (name.contains("-crd-")) {
                files.put("manifests/" + name.substring("020-crd-".length()), text);
              }
            });
    return files;
  }

  /** OLM chooses it. */
  private String withoutNamespace(String key) {
    ObjectNode resource = plain.get(key).deepCopy();
    ((ObjectNode) resource.get("metadata")).remove("namespace");
    return GENERATED + text(resource);
  }

  private String serviceVersion() {
    ObjectNode version = (ObjectNode) Manifests.yaml(OlmTexts.serviceVersion(Manifests.version()));
    ObjectNode example =
        (ObjectNode)
            Manifests.yaml(Manifests.files("samples", "xdp-packets.yaml").get("xdp-packets.yaml"));
    version
        .withObject("/metadata/annotations")
        .put("alm-examples", YAML.createArrayNode().add(example).toPrettyString());
    plain.values().stream()
        .filter(r -> r.get("kind").asText().equals("CustomResourceDefinition"))
        .forEach(crd -> own(version, crd));
    ObjectNode install = version.withObject("/spec/install");
    install.put("strategy", "deployment");
    ObjectNode spec = install.withObject("/spec");
    ObjectNode everywhere = spec.putArray("clusterPermissions").addObject();
    everywhere.put("serviceAccountName", "skep-operator");
    everywhere.set("rules", plain.get("ClusterRole /skep-operator").get("rules"));
    // For an operator of all namespaces OLM makes each of these a right in every namespace, and it
    // wants one: so one that is cluster-wide anyhow. The Roles are beside the bundle.
    ObjectNode permission = spec.putArray("permissions").addObject();
    permission.put("serviceAccountName", "skep-operator");
    permission
        .putArray("rules")
        .add(
            spec.at("/clusterPermissions/0/rules")
                .valueStream()
                .filter(OlmBundle::ofEvents)
                .findFirst()
                .orElseThrow());
    JsonNode deployment = plain.get("Deployment skep-system/skep-operator");
    ObjectNode deployed = spec.putArray("deployments").addObject();
    deployed.put("name", "skep-operator");
    deployed.set("label", deployment.at("/metadata/labels"));
    deployed.set("spec", deployment.get("spec"));
    return GENERATED + text(version);
  }

  private static void own(ObjectNode version, JsonNode crd) {
    JsonNode schema = crd.at("/spec/versions/0/schema/openAPIV3Schema");
    String kind = crd.at("/spec/names/kind").asText();
    version
        .withObject("/spec/customresourcedefinitions")
        .withArray("owned")
        .addObject()
        .put("name", crd.at("/metadata/name").asText())
        .put("version", crd.at("/spec/versions/0/name").asText())
        .put("kind", kind)
        .put("displayName", kind)
        .put("description", schema.get("description").asText());
  }

  private static boolean ofEvents(JsonNode rule) {
    return rule.get("resources").toString().equals("[\"events\"]");
  }

  private static String text(JsonNode resource) {
    try {
      return YAML.writeValueAsString(resource);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
