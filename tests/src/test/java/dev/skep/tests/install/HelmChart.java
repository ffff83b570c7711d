package dev.skep.tests.install;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The chart in config/helm/skep, made from the plain manifests. */
final class HelmChart {
  private static final String GENERATED =
      "# Generated from the plain manifests in config/; regenerate as GeneratedInstallTest says.\n";
  private static final ObjectMapper JSON = new ObjectMapper();

  private HelmChart() {}

  /** File name → content. */
  static Map<String, String> generate() {
    Map<String, String> files = new TreeMap<>();
    files.put("Chart.yaml", chart());
    files.put("values.yaml", GENERATED + values());
    files.put("values.schema.json", schema());
    files.put("README.md", readme());
    files.put("templates/_image.tpl", ChartTexts.IMAGE);
    files.put("templates/NOTES.txt", ChartTexts.NOTES);
    files.put("templates/020-crds.yaml", GENERATED + ChartTexts.CRDS);
    files.put("templates/034-pull-secrets-rbac.yaml", GENERATED + ChartTexts.PULL_SECRETS);
    Manifests.numbered().forEach((name, text) -> template(files, name, text));
    links().forEach(link -> files.put(link, Manifests.numbered().get(link.replace("files/", ""))));
    Manifests.files("components/monitoring", "(?!kustomization).*\\.yaml")
        .forEach((name, text) -> optional(files, "090-" + name, "monitoring.enabled", text));
    Manifests.files("components/cert-manager", "certificate\\.yaml")
        .forEach((name, text) -> optional(files, "091-" + name, "certManager.enabled", text));
    return files;
  }

  /** The files of the chart that are links to files of config/install. */
  static List<String> links() {
    return Manifests.numbered().keySet().stream()
        .filter(name -> name.contains("-crd-"))
        .map(name -> "files/" + name)
        .toList();
  }

  private static void template(Map<String, String> files, String name, String text) {
    String path = "templates/" + name;
    if (name.contains("-crd-")) {
      // Read from a link to the manifest itself: ChartTexts.CRDS.
      return;
    }
    switch (name) {
      // The release's, made by whoever installs it.
      case "010-namespace.yaml" -> {}
      case "060-operator.yaml" ->
          files.put(path, GENERATED + ChartEdit.template(text, ChartEdit.OPERATOR));
      case "070-daemon.yaml" ->
          files.put(path, GENERATED + ChartEdit.template(text, ChartEdit.DAEMON));
      case "040-daemon-admission.yaml" ->
          optional(files, name, "admissionPolicy.enabled", ChartTexts.NEEDS_1_30, text);
      case "080-network-policy.yaml" -> optional(files, name, "networkPolicy.enabled", text);
      case "050-mirror-tls.yaml" -> files.put(path, GENERATED + mirror(text));
      default -> files.put(path, GENERATED + ChartEdit.template(text, List.of()));
    }
  }

  private static void optional(Map<String, String> files, String name, String value, String text) {
    optional(files, name, value, "", text);
  }

  private static void optional(
      Map<String, String> files, String name, String value, String check, String text) {
    files.put(
        "templates/" + name, GENERATED + when(value, check + ChartEdit.template(text, List.of())));
  }

  private static String when(String value, String text) {
    return "{{- if .Values." + value + " }}\n" + text + "{{- end }}\n";
  }

  /** cert-manager makes the Secret; the ConfigMap is the operator's in any case. */
  private static String mirror(String text) {
    int next = text.indexOf("---\n");
    return "{{- if not .Values.certManager.enabled }}\n"
        + ChartEdit.template(text.substring(0, next), List.of())
        + "{{- end }}\n"
        + ChartEdit.template(text.substring(next), List.of());
  }

  private static String chart() {
    return GENERATED
        + """
        apiVersion: v2
        name: skep
        description: Runs eBPF programs on a fleet of Linux nodes as Kubernetes resources
        type: application
        version: %s
        appVersion: %s
        kubeVersion: ">=1.28.0-0"
        """
            .formatted(Manifests.version(), Manifests.version());
  }

  private static String values() {
    StringBuilder text = new StringBuilder();
    List<String> above = List.of();
    for (ChartValue value : ChartValue.ALL) {
      List<String> path = List.of(value.path().split("\\."));
      for (int depth = 0; depth < path.size() - 1; depth++) {
        if (depth >= above.size() - 1
            || !path.subList(0, depth + 1).equals(above.subList(0, depth + 1))) {
          text.append("  ".repeat(depth)).append(path.get(depth)).append(":\n");
        }
      }
      String indent = "  ".repeat(path.size() - 1);
      text.append(indent).append("# ").append(value.description()).append('\n');
      text.append(indent).append(path.getLast()).append(": ").append(value.fallback()).append('\n');
      above = path;
    }
    return text.toString();
  }

  private static String schema() {
    ObjectNode root = closed("Values of the Helm chart skep");
    root.put("$schema", "https://json-schema.org/draft-07/schema#");
    // Helm hands it to every chart.
    root.withObject("/properties/global").put("type", "object");
    for (ChartValue value : ChartValue.ALL) {
      ObjectNode at = root;
      List<String> path = List.of(value.path().split("\\."));
      for (String step : path.subList(0, path.size() - 1)) {
        ObjectNode properties = at.withObject("/properties");
        if (!properties.has(step)) {
          properties.set(step, closed("Values of " + step));
        }
        at = (ObjectNode) properties.get(step);
      }
      ObjectNode leaf = at.withObject("/properties").putObject(path.getLast());
      leaf.put("type", value.type()).put("description", value.description());
      leaf.set("default", Manifests.yaml(value.fallback()));
      leaf.setAll(
          (ObjectNode) Manifests.yaml(ChartTexts.ALLOWED.getOrDefault(path.getLast(), "{}")));
    }
    return root.toPrettyString() + "\n";
  }

  private static ObjectNode closed(String description) {
    ObjectNode object = JSON.createObjectNode();
    object.put("type", "object").put("description", description).put("additionalProperties", false);
    object.putObject("properties");
    return object;
  }

  private static String readme() {
    StringBuilder table = new StringBuilder("| value | default | what it says |\n|---|---|---|\n");
    Map<String, String> rows = new LinkedHashMap<>();
    ChartValue.ALL.forEach(
        v -> rows.put(v.path(), "`" + v.fallback() + "` | " + v.description().replace("|", "\\|")));
    rows.forEach((path, row) -> table.append("| `%s` | %s |%n".formatted(path, row)));
    return ChartTexts.README.formatted(table);
  }
}
