package dev.skep.tests.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skep.artifact.process.Command;
import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The install and its overlays, as kubectl builds them and a real API server takes them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KustomizeIT {
  private static final List<String> COMPONENTS =
      List.of("monitoring", "cert-manager", "critical-pods", "before-1.30");
  private static ControlPlane cluster;
  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    // Of its own: others' tests are in the shared one, whose kinds would go.
    cluster = ControlPlane.start();
  }

  @AfterAll
  static void end() {
    cluster.close();
  }

  @Test
  @Order(1)
  @DisplayName("kubectl apply -k installs all of it at once, and again with no difference")
  void applies() throws IOException {
    String install = Manifests.CONFIG.resolve("install").toString();
    String first = done("apply", "-k", install);
    assertThat(first.lines()).allMatch(l -> l.endsWith(" created"));
    assertThat(first.lines().count())
        .isEqualTo(Manifests.resources(done("kustomize", install)).size());
    done("apply", "-k", install);
    assertThat(done("diff", "-k", install)).isEmpty();
  }

  @Test
  @Order(2)
  @DisplayName("what somebody filled into the mirror's Secret outlives another apply")
  void keepsTheMirrorsSecret() throws IOException {
    String install = Manifests.CONFIG.resolve("install").toString();
    done(
        "-n",
        "skep-system",
        "patch",
        "secret",
        "skep-mirror-tls",
        "--type=merge",
        "-p",
        "{\"stringData\":{\"tls.key\":\"k\"}}");
    done("apply", "-k", install);
    done("apply", "--server-side", "--force-conflicts", "-k", install);
    assertThat(
            done("-n", "skep-system", "get", "secret", "skep-mirror-tls", "-o", "jsonpath={.data}"))
        .isEqualTo("{\"tls.key\":\"aw==\"}");
  }

  @Test
  @Order(3)
  @DisplayName("overlays and the uninstall are taken by the API server too")
  void overlays() throws IOException {
    for (String folder : List.of("overlays/plain", "uninstall")) {
      done("apply", "--dry-run=server", "-k", Manifests.CONFIG.resolve(folder).toString());
    }
    // An address of a Service that is there cannot be changed.
    Map<String, JsonNode> dev =
        Manifests.resources(done("kustomize", Manifests.CONFIG.resolve("overlays/dev").toString()));
    assertThat(
            dev.get("DaemonSet skep-system/skep-daemon").at("/spec/template/spec/hostAliases/0/ip"))
        .isEqualTo(dev.get("Service skep-system/skep-operator").at("/spec/clusterIP"));
    // Only OpenShift knows this kind, and only the Prometheus operator those of the component.
    Map<String, JsonNode> openshift =
        Manifests.resources(
            done("kustomize", Manifests.CONFIG.resolve("overlays/openshift").toString()));
    assertThat(openshift.get("SecurityContextConstraints /skep-daemon").get("allowedCapabilities"))
        .isEqualTo(
            openshift
                .get("DaemonSet skep-system/skep-daemon")
                .at("/spec/template/spec/containers/0/securityContext/capabilities/add"));
    Map<String, JsonNode> uninstall = uninstall("uninstall");
    assertThat(openshift.get("SecurityContextConstraints /skep-daemon").get("users").valueStream())
        .extracting(JsonNode::asText)
        .containsExactly(
            account(openshift.get("DaemonSet skep-system/skep-daemon")),
            account(uninstall.get("DaemonSet skep-system/skep-clean")));
    assertThat(openshift.get("Namespace /skep-system").at("/metadata/labels").toString())
        .contains("\"openshift.io/cluster-monitoring\":\"true\"");
    assertThat(openshift)
        .as("what the Prometheus needs that the label tells of the namespace")
        .containsKeys(
            "Role skep-system/skep-cluster-monitoring",
            "RoleBinding skep-system/skep-cluster-monitoring");
    assertThat(
            openshift
                .get("Deployment skep-system/skep-operator")
                .at("/spec/template/spec/securityContext")
                .has("runAsUser"))
        .isFalse();
  }

  @Test
  @Order(4)
  @DisplayName("the bundle for OLM and the daemons beside it are all of the install")
  void olm() throws IOException {
    Map<String, JsonNode> beside =
        Manifests.resources(done("kustomize", Manifests.CONFIG.resolve("olm/daemon").toString()));
    Map<String, JsonNode> all =
        Manifests.resources(done("kustomize", Manifests.CONFIG.resolve("install").toString()));
    assertThat(all).containsAllEntriesOf(beside);
    all.keySet().removeAll(beside.keySet());
    assertThat(all.keySet())
        .containsExactlyInAnyOrder(
            "ClusterRole /skep-operator",
            "ClusterRoleBinding /skep-operator",
            "Deployment skep-system/skep-operator",
            "ServiceAccount skep-system/skep-operator",
            "Service skep-system/skep-operator",
            "PodDisruptionBudget skep-system/skep-operator",
            "CustomResourceDefinition /bpfnodes.skep.dev",
            "CustomResourceDefinition /bpfprograms.skep.dev",
            "CustomResourceDefinition /bpfrevisions.skep.dev");
  }

  @Test
  @Order(5)
  @DisplayName("each component goes with the install, and all of them together")
  void components() throws IOException {
    for (String component : COMPONENTS) {
      assertThat(with(List.of(component))).isNotEmpty();
    }
    Map<String, JsonNode> all = with(COMPONENTS);
    assertThat(all)
        .doesNotContainKey("Secret skep-system/skep-mirror-tls")
        .doesNotContainKey("ValidatingAdmissionPolicy /skep-daemon")
        .containsKeys("Certificate skep-system/skep-mirror-tls", "PrometheusRule skep-system/skep");
    assertThat(
            all.get("DaemonSet skep-system/skep-daemon")
                .at("/spec/template/spec/containers/0/securityContext")
                .has("appArmorProfile"))
        .isFalse();
  }

  @Test
  @Order(3)
  @DisplayName("the uninstall for Kubernetes before 1.30 asks for the same by what is known there")
  void uninstallBefore130() {
    Map<String, JsonNode> now = uninstall("uninstall");
    Map<String, JsonNode> before = uninstall("uninstall-before-1.30");
    String clean = "DaemonSet skep-system/skep-clean";
    ObjectNode pod = (ObjectNode) now.get(clean).at("/spec/template");
    pod.withObject("/metadata/annotations")
        .put("container.apparmor.security.beta.kubernetes.io/clean", "unconfined");
    ((ObjectNode) pod.at("/spec/initContainers/0/securityContext")).remove("appArmorProfile");

    assertThat(before).isEqualTo(now);
  }

  private static Map<String, JsonNode> uninstall(String name) {
    return Manifests.resources(done("kustomize", Manifests.CONFIG.resolve(name).toString()));
  }

  @Test
  @Order(6)
  @DisplayName("kubectl delete -k returns, and leaves nothing")
  void deletes() throws IOException {
    done("delete", "-k", Manifests.CONFIG.resolve("install").toString(), "--timeout=90s");
    assertThat(
            done(
                "get",
                "crd,clusterrole,clusterrolebinding,validatingadmissionpolicy",
                "-o",
                "name"))
        .doesNotContain("skep");
  }

  @Test
  @Order(7)
  @DisplayName("what docs/install.md says frees the kinds when no operator is left to do it")
  void freesTheKinds() throws IOException {
    Path crds = ControlPlane.projectRoot().resolve("crds/src/main/crds");
    done("apply", "-f", crds.toString());
    done("wait", "--for=condition=Established", "crd", "--all");
    Path program = folder.resolve("program.yaml");
    Files.writeString(
        program,
        """
        apiVersion: skep.dev/v1alpha1
        kind: BpfProgram
        metadata: {name: held, namespace: default, finalizers: [skep.dev/nodes]}
        spec: {image: {reference: "example.com/held:v1"}}
        """);
    done("apply", "-f", program.toString());
    assertThat(kubectl("delete", "-f", crds.toString(), "--timeout=3s").end().status()).isNotZero();

    String said = cluster.shell(commandOfThePage()).output();
    assertThat(said).contains("held patched");
    done("wait", "--for=delete", "crd/bpfprograms.skep.dev", "--timeout=30s");
  }

  private static String account(JsonNode daemonSet) {
    return "system:serviceaccount:%s:%s"
        .formatted(
            daemonSet.at("/metadata/namespace").asText(),
            daemonSet.at("/spec/template/spec/serviceAccountName").asText());
  }

  /** The block of the page that patches finalizers away. */
  private static String commandOfThePage() throws IOException {
    String page = Files.readString(ControlPlane.projectRoot().resolve("docs/install.md"));
    int at = page.indexOf("kubectl get bpfprograms -A -o go-template");
    return page.substring(at, page.indexOf("```", at));
  }

  private Map<String, JsonNode> with(List<String> components) throws IOException {
    // kustomize takes relative paths only, and only below no symbolic link.
    Path overlay = Files.createDirectories(folder.toRealPath().resolve("overlay"));
    StringBuilder text =
        new StringBuilder(
            "kind: Kustomization\nresources: [%s]\ncomponents:\n"
                .formatted(seen(overlay, "install")));
    components.forEach(
        c -> text.append("- ").append(seen(overlay, "components/" + c)).append('\n'));
    Files.writeString(overlay.resolve("kustomization.yaml"), text);
    return Manifests.resources(done("kustomize", overlay.toString()));
  }

  private static Path seen(Path overlay, String name) {
    return overlay.relativize(Manifests.CONFIG.resolve(name));
  }

  private static String done(String... arguments) {
    return kubectl(arguments).output();
  }

  /** Warnings are not of the answer. */
  private static Command kubectl(String... arguments) {
    return cluster.kubectl(arguments).withoutWarnings();
  }
}
