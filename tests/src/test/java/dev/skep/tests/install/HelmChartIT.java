package dev.skep.tests.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skep.artifact.process.Command;
import dev.skep.tests.cluster.ControlPlane;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart, as Helm itself reads it. */
class HelmChartIT {
  private static final Path SCRIPT = ControlPlane.projectRoot().resolve("scripts/helm.sh");
  private static final String CHART = Manifests.CONFIG.resolve("helm/skep").toString();

  @Test
  @DisplayName("helm lint finds nothing")
  void lint() {
    assertThat(helm("lint", "--strict", CHART).output()).doesNotContain("[WARNING]", "[ERROR]");
  }

  @Test
  @DisplayName("with no value set it installs what the plain manifests do, but for the namespace")
  void defaults() {
    Map<String, JsonNode> plain =
        Manifests.resources(
            Manifests.numbered().values().stream().collect(Collectors.joining("\n---\n")));
    plain.remove("Namespace /skep-system");
    Map<String, JsonNode> chart = template("skep-system");
    chart.values().forEach(HelmChartIT::withoutKeep);
    assertThat(chart.keySet()).isEqualTo(plain.keySet());
    plain.forEach((key, resource) -> assertThat(chart.get(key)).as(key).isEqualTo(resource));
  }

  @Test
  @DisplayName("in another namespace nothing names the usual one")
  void anotherNamespace() {
    Map<String, JsonNode> chart =
        template("elsewhere", "monitoring.enabled=true", "certManager.enabled=true");
    // The texts of the CRDs tell of the usual one.
    assertThat(chart.entrySet().stream().filter(e -> !e.getKey().startsWith("CustomResource")))
        .allSatisfy(e -> assertThat(e.getValue().toString()).doesNotContain("skep-system"));
    assertThat(chart)
        .containsKeys("PrometheusRule elsewhere/skep", "Certificate elsewhere/skep-mirror-tls");
    assertThat(chart).doesNotContainKey("Secret elsewhere/skep-mirror-tls");
  }

  @Test
  @DisplayName("values reach their places")
  void values() {
    Map<String, JsonNode> chart =
        template(
            "skep-system",
            "operator.replicas=3",
            "operator.priorityClassName=",
            "operator.image.digest=sha256:" + "a".repeat(64),
            "operator.env[0].name=SKEP_PULL_RECHECK",
            "operator.env[0].value=1m",
            "daemon.image.repository=registry.example.com/skep/daemon",
            "daemon.image.tag=v9",
            "daemon.capabilities.sysAdmin=false",
            "daemon.httpPort=19644",
            "pullSecrets[0].namespace=shop",
            "pullSecrets[0].name=regcred",
            "crds.install=false",
            "admissionPolicy.enabled=false",
            "networkPolicy.enabled=false");
    JsonNode operator = chart.get("Deployment skep-system/skep-operator").get("spec");
    assertThat(operator.get("replicas").asInt()).isEqualTo(3);
    assertThat(operator.at("/template/spec").has("priorityClassName")).isFalse();
    JsonNode container = operator.at("/template/spec/containers/0");
    assertThat(container.get("image").asText())
        .isEqualTo("skep.dev/operator@sha256:" + "a".repeat(64));
    assertThat(container.get("env").findValuesAsText("name")).contains("SKEP_PULL_RECHECK");
    JsonNode daemon =
        chart.get("DaemonSet skep-system/skep-daemon").at("/spec/template/spec/containers/0");
    assertThat(daemon.get("image").asText()).isEqualTo("registry.example.com/skep/daemon:v9");
    assertThat(daemon.at("/securityContext/capabilities/add").toString())
        .contains("SYS_PTRACE")
        .doesNotContain("SYS_ADMIN");
    assertThat(daemon.get("args").toString()).contains("--http-port=19644");
    assertThat(chart.get("Role shop/skep-pull-regcred").at("/rules/0/resourceNames/0").asText())
        .isEqualTo("regcred");
    assertThat(chart.keySet())
        .noneMatch(k -> k.startsWith("CustomResource") || k.startsWith("ValidatingAdmission"))
        .noneMatch(k -> k.startsWith("NetworkPolicy"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "operator.replicas=3,operator.env[0].name=A,operator.env[0].value=b,"
            + "daemon.capabilities.sysAdmin=false,daemon.capabilities.sysPtrace=false,"
            + "daemon.httpPort=19644,pullSecrets[0].namespace=default,pullSecrets[0].name=regcred",
        "crds.install=false,admissionPolicy.enabled=false,networkPolicy.enabled=false,"
            + "operator.priorityClassName=,daemon.image.tag=v9,operator.image.pullPolicy=Always"
      })
  @DisplayName("an API server takes what values make, and knows every field of it")
  void isTaken(String values, @TempDir Path folder) throws IOException {
    ControlPlane cluster = ControlPlane.shared();
    Path manifest = folder.resolve("chart.yaml");
    Files.writeString(
        manifest, helm("template", "skep", CHART, "--namespace=helm", "--set=" + values).output());
    try (KubernetesClient client = cluster.client()) {
      client
          .resource(new NamespaceBuilder().withNewMetadata().withName("helm").endMetadata().build())
          .serverSideApply();
    }
    Command apply =
        Command.of(cluster.kubectl().toString(), "--kubeconfig")
            .and(cluster.kubeconfigFile().toString(), "apply", "--server-side", "--dry-run=server")
            .and("--force-conflicts", "--validate=strict", "-f", manifest.toString());
    assertThat(apply.output())
        .contains("deployment.apps/skep-operator", "daemonset.apps/skep-daemon")
        .doesNotContain("Warning");
  }

  @Test
  @DisplayName("a value that is not there, or of another type, is refused by its name")
  void schema() {
    assertThat(refused("operator.replica=3")).contains("replica");
    assertThat(refused("operator.replicas=0")).contains("/operator/replicas");
    assertThat(refused("daemon.image.pullPolicy=Sometimes")).contains("/daemon/image/pullPolicy");
    assertThat(refused("pullSecrets[0].name=x")).contains("namespace");
    assertThat(refused("daemon.image.digst=x")).contains("digst");
    assertThat(refused("operator.env[0].nam=x")).contains("/operator/env/0", "nam");
    assertThat(refused("imagePullSecrets[0].secret=x")).contains("/imagePullSecrets/0", "secret");
    assertThat(refused("daemon.resources.limit.memory=1Gi")).contains("limit");
    assertThat(refused("daemon.tolerations[0].efect=x")).contains("efect");
    for (String no : List.of("0", "101%", "some", "true")) {
      assertThat(refused("daemon.maxUnavailable=" + no)).contains("/daemon/maxUnavailable");
    }
  }

  @Test
  @DisplayName("daemons that are replaced at a time are a number or a share of the nodes")
  void maxUnavailable() throws IOException, InterruptedException {
    for (String value : List.of("3", "25%")) {
      assertThat(
              template("skep-system", "daemon.maxUnavailable=" + value)
                  .get("DaemonSet skep-system/skep-daemon")
                  .at("/spec/updateStrategy/rollingUpdate/maxUnavailable"))
          .isEqualTo(Manifests.yaml(value));
    }
  }

  @Test
  @DisplayName("Kubernetes before 1.30 is told what it has not, and gets the rest when it says so")
  void before130() {
    Command.Ended refused = helm("template", "skep", CHART, "--kube-version", "1.29.0").end();
    assertThat(refused.status()).isNotZero();
    assertThat(refused.output())
        .contains("has no ValidatingAdmissionPolicy", "--set admissionPolicy.enabled=false");
    String without =
        helm(
                "template",
                "skep",
                CHART,
                "--namespace=skep-system",
                "--kube-version=1.29.0",
                "--set=admissionPolicy.enabled=false")
            .output();
    JsonNode pod =
        Manifests.resources(without).get("DaemonSet skep-system/skep-daemon").at("/spec/template");
    assertThat(pod.at("/metadata/annotations").toString()).contains("apparmor", "unconfined");
    assertThat(pod.at("/spec/containers/0/securityContext").has("appArmorProfile")).isFalse();
  }

  @Test
  @DisplayName("every value has an effect or a place in a template")
  void everyValueIsUsed() {
    String templates =
        HelmChart.generate().entrySet().stream()
            .filter(e -> e.getKey().startsWith("templates/"))
            .map(Map.Entry::getValue)
            .collect(Collectors.joining());
    Set<String> unused =
        ChartValue.ALL.stream()
            .map(ChartValue::path)
            .filter(path -> !templates.contains(".Values." + path))
            .filter(
                path -> !templates.contains(".Values." + path.replaceFirst("\\.[^.]*$", "") + " "))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(unused).isEmpty();
  }

  private static String refused(String value) {
    Command.Ended ran = helm("template", "skep", CHART, "--set", value).end();
    assertThat(ran.status()).as(value).isNotZero();
    return ran.output();
  }

  private static Map<String, JsonNode> template(String namespace, String... values) {
    Command template = helm("template", "skep", CHART, "--namespace", namespace);
    for (String value : values) {
      template.and("--set", value);
    }
    return Manifests.resources(template.output());
  }

  /** It is for Helm, and says nothing of the CRD. */
  private static void withoutKeep(JsonNode resource) {
    if (resource.at("/metadata/annotations") instanceof ObjectNode annotations) {
      annotations.remove("helm.sh/resource-policy");
      if (annotations.isEmpty()) {
        ((ObjectNode) resource.get("metadata")).remove("annotations");
      }
    }
  }

  private static Command helm(String... arguments) {
    // Helm speaks of each link on standard error.
    return Command.of(SCRIPT.toString())
        .and(arguments)
        .within(ControlPlane.SCRIPTS)
        .withoutWarnings();
  }
}
