package dev.skep.tests.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.artifact.process.Command;
import dev.skep.tests.cluster.ControlPlane;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What Argo CD and Flux make of our resources, by their own code: Argo CD's interpreter runs our
 * script, and kstatus, which Flux goes by, needs none.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HealthIT {
  private final Map<Path, JsonNode> verdicts = new HashMap<>();

  /** One manifest, and what health_test.yaml or kstatus_test.yaml says of it. */
  record Expected(String kind, String by, Path manifest, String status, String message) {
    @Override
    public String toString() {
      return kind + " " + manifest.getFileName() + " by " + by;
    }
  }

  @BeforeAll
  void judge() throws IOException {
    for (Path kind : HealthScripts.allKinds()) {
      Command judge = Command.of(ArgoCd.SCRIPT, "judge", kind.resolve("health.lua").toString());
      manifests(kind).forEach(manifest -> judge.and(manifest.toString()));
      String answer = judge.within(ControlPlane.SCRIPTS).output();
      String json = answer.lines().filter(line -> line.startsWith("[{")).findFirst().orElse(answer);
      for (JsonNode verdict : new ObjectMapper().readTree(json)) {
        verdicts.put(Path.of(verdict.get("file").asText()), verdict);
      }
    }
  }

  private static List<Path> manifests(Path kind) throws IOException {
    try (Stream<Path> files = Files.list(kind.resolve("testdata"))) {
      return files.sorted().toList();
    }
  }

  static Stream<Expected> expected() throws IOException {
    List<Expected> all = new ArrayList<>();
    for (Path kind : HealthScripts.allKinds()) {
      for (String by : List.of("argocd", "kstatus")) {
        Path file = kind.resolve(by.equals("argocd") ? "health_test.yaml" : "kstatus_test.yaml");
        if (!Files.exists(file) && by.equals("kstatus")) {
          continue;
        }
        JsonNode tests =
            Serialization.unmarshal(Files.readString(file), JsonNode.class).get("tests");
        for (JsonNode test : tests) {
          all.add(
              new Expected(
                  kind.getFileName().toString(),
                  by,
                  kind.resolve(test.get("inputPath").asText()),
                  test.at("/healthStatus/status").asText(),
                  test.at("/healthStatus/message").asText()));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("expected")
  @DisplayName("each state is judged as its test says")
  void isJudged(Expected expected) {
    JsonNode verdict = verdicts.get(expected.manifest()).get(expected.by());
    assertThat(verdict.get("status").asText() + ": " + verdict.path("message").asText())
        .isEqualTo(expected.status() + ": " + expected.message());
  }

  @Test
  @DisplayName("no manifest is without a test")
  void allAreTested() throws IOException {
    assertThat(expected().map(Expected::manifest).distinct())
        .containsExactlyInAnyOrderElementsOf(verdicts.keySet());
  }
}
