package dev.skep.tests.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.skep.artifact.process.Command;
import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts of the monitoring component, as Prometheus itself evaluates them. */
class AlertRulesIT {
  private static final Path CASES = Path.of("src/test/resources/install/alerts.yaml");
  private static final Pattern METRIC = Pattern.compile("\\bskep_\\w+");
  private static final JsonNode SPEC =
      Manifests.resources(Manifests.files("components/monitoring", "rules.yaml").get("rules.yaml"))
          .get("PrometheusRule skep-system/skep")
          .get("spec");

  @TempDir private Path folder;

  @Test
  @DisplayName("promtool finds each alert when it should, and not before")
  void alerts() throws IOException {
    Files.writeString(folder.resolve("rules.yaml"), new YAMLMapper().writeValueAsString(SPEC));
    Files.copy(CASES, folder.resolve("alerts.yaml"));
    assertThat(Command.of("promtool", "test", "rules", "alerts.yaml").in(folder).output())
        .contains("SUCCESS");
  }

  @Test
  @DisplayName("every alert is tried")
  void everyAlertIsTried() throws IOException {
    Set<String> tried =
        Set.copyOf(Manifests.yaml(Files.readString(CASES)).findValuesAsText("alertname"));
    assertThat(Set.copyOf(SPEC.findValuesAsText("alert"))).isEqualTo(tried);
  }

  @Test
  @DisplayName("every metric that an alert asks for is one that there is")
  void metricsExist() throws IOException {
    String page = Files.readString(ControlPlane.projectRoot().resolve("docs/metrics.md"));
    List<String> expressions = SPEC.findValuesAsText("expr");
    Set<String> unknown =
        expressions.stream()
            .flatMap(e -> METRIC.matcher(e).results())
            .map(MatchResult::group)
            .filter(metric -> !page.contains("`" + metric + "`"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(unknown).isEmpty();
  }
}
