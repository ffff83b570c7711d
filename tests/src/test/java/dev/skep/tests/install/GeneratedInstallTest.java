package dev.skep.tests.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What config/ holds in several forms has one source. */
class GeneratedInstallTest {
  private static final String COMMAND =
      "mvn -q -o test -pl tests -am -Dtest=GeneratedInstallTest -Dskep.install.write=true"
          + " -Dsurefire.failIfNoSpecifiedTests=false";

  @Test
  @DisplayName("the Helm chart is what the plain manifests generate")
  void chart() throws IOException {
    isCommitted("helm/skep", HelmChart.generate());
    assertThat(HelmChart.links())
        .allSatisfy(
            l -> assertThat(Manifests.CONFIG.resolve("helm/skep").resolve(l)).isSymbolicLink());
  }

  @Test
  @DisplayName("the OLM bundle is what the plain manifests generate")
  void bundle() throws IOException {
    isCommitted("olm", OlmBundle.generate());
  }

  @Test
  @DisplayName("kustomize installs every numbered manifest")
  void kustomization() {
    List<String> listed =
        Manifests.yaml(Manifests.files("install", "kustomization.yaml").get("kustomization.yaml"))
            .get("resources")
            .valueStream()
            .map(r -> r.asText())
            .toList();
    assertThat(listed).containsExactlyElementsOf(Manifests.numbered().keySet());
  }

  @Test
  @DisplayName("every image is one of ours, and of this version")
  void images() {
    String all =
        Manifests.numbered().values().stream().collect(Collectors.joining())
            + Manifests.files("uninstall", "clean.yaml").get("clean.yaml");
    assertThat(all.lines().map(String::strip).filter(l -> l.startsWith("image: ")).distinct())
        .containsExactlyInAnyOrder(
            "image: skep.dev/operator:" + Manifests.version(),
            "image: skep.dev/daemon:" + Manifests.version());
  }

  @Test
  @DisplayName("who cleans a node up may do what the daemon may, and no more")
  void cleaning() {
    var clean = cleaningPod();
    var daemon =
        Manifests.resources(Manifests.numbered().get("070-daemon.yaml"))
            .get("DaemonSet skep-system/skep-daemon")
            .at("/spec/template/spec");
    assertThat(clean.at("/initContainers/0/securityContext"))
        .isEqualTo(daemon.at("/containers/0/securityContext"));
    assertThat(clean.get("volumes").valueStream())
        .allSatisfy(volume -> assertThat(daemon.get("volumes").valueStream()).contains(volume));
  }

  @Test
  @DisplayName("what keeps the pod when a node is clean is no root, and sees nothing of the node")
  void keeping() {
    var done = cleaningPod().at("/containers/0");
    assertThat(done.get("securityContext"))
        .isEqualTo(
            Manifests.yaml(
                """
                runAsNonRoot: true
                runAsUser: 65532
                runAsGroup: 65532
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                seccompProfile: {type: RuntimeDefault}
                capabilities: {drop: [ALL]}
                """));
    assertThat(done.get("volumeMounts").findValuesAsText("name")).containsExactly("tmp");
  }

  private static JsonNode cleaningPod() {
    return Manifests.resources(Manifests.files("uninstall", "clean.yaml").get("clean.yaml"))
        .get("DaemonSet skep-system/skep-clean")
        .at("/spec/template/spec");
  }

  private static void isCommitted(String folder, Map<String, String> generated) throws IOException {
    Path root = Manifests.CONFIG.resolve(folder);
    if (Boolean.getBoolean("skep.install.write")) {
      for (Map.Entry<String, String> file : generated.entrySet()) {
        Path path = root.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        if (HelmChart.links().contains(file.getKey())) {
          Files.deleteIfExists(path);
          Files.createSymbolicLink(
              path, Path.of("../../../install", path.getFileName().toString()));
        } else {
          Files.writeString(path, file.getValue());
        }
      }
    }
    for (Map.Entry<String, String> file : generated.entrySet()) {
      assertThat(root.resolve(file.getKey()))
          .as("%s is not what is generated; run: %s", file.getKey(), COMMAND)
          .hasContent(file.getValue());
    }
    try (Stream<Path> files = Files.walk(root)) {
      Set<String> there =
          files
              .filter(Files::isRegularFile)
              .map(f -> root.relativize(f).toString())
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(there).isEqualTo(new TreeSet<>(generated.keySet()));
    }
  }
}
