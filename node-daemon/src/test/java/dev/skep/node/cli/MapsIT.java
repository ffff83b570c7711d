package dev.skep.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.artifact.admit.Revisions;
import dev.skep.node.source.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * On the running kernel: counters.bpf.c, loaded as a daemon does it, and looked at by skep maps.
 */
class MapsIT {
  @TempDir private Path stateDir;
  private LoadedProgram counters;

  @BeforeEach
  void load() throws IOException {
    counters = new LoadedProgram("counters", "counters", null, stateDir);
    BpfRevision revision = Revisions.revise(counters.program, counters.image, counters.report);
    Path revisions = Files.createDirectories(stateDir.resolve("revisions"));
    new ObjectMapper()
        .writeValue(
            revisions.resolve("ns_counters_" + revision.getMetadata().getName() + ".json").toFile(),
            revision);
    new ObjectStore(stateDir.resolve("objects"), Optional.empty())
        .put(counters.image.objectDigest(), counters.image.object());
    Files.readString(Path.of("/proc/self/status"));
  }

  @AfterEach
  void unload() throws IOException {
    if (counters != null) {
      counters.close();
    }
  }

  @Test
  @DisplayName("The list names every map; a map's contents are typed by the object's BTF")
  void typed() throws IOException {
    assertThat(counters.skep("maps").out())
        .containsPattern("ns +counters +flows +\\d+ +hash +64 +\\d+");
    JsonNode flows =
        new ObjectMapper()
            .readTree(counters.skep("maps", "ns/counters", "flows", "-o", "json").out());
    JsonNode first = flows.path("entries").path(0);
    assertThat(first.path("key").path("comm").asText()).isNotEmpty();
    assertThat(first.path("key").path("direction").asText()).isEqualTo("DIRECTION_OUT");
    assertThat(first.path("key").path("port").asInt()).isEqualTo(443);
    assertThat(first.path("key").path("local").asBoolean()).isTrue();
    assertThat(first.path("value").path("last_delta").asInt()).isEqualTo(-1);
    assertThat(first.path("value").path("bytes").asLong())
        .isEqualTo(10 * first.path("value").path("count").asLong());
    assertThat(counters.skep("maps", "counters", "slots").out())
        .startsWith("KEY  VALUE\n0    0\n1    ");
    JsonNode perCpu =
        new ObjectMapper()
            .readTree(counters.skep("maps", "counters", "per_cpu_slots", "-o", "json").out());
    assertThat(perCpu.path("entries").path(1).path("value").size())
        .isGreaterThanOrEqualTo(Runtime.getRuntime().availableProcessors());
  }

  @Test
  @DisplayName("A program or map that is not there is exit 3, and the line says what there is")
  void notThere() {
    Ran noMap = counters.skep("maps", "counters", "flowz");
    assertThat(noMap.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(noMap.err()).contains("flowz", "flows", "slots").hasLineCount(1);
    assertThat(counters.skep("maps", "other").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  @DisplayName("Looking takes nothing away: what was attached still is")
  void looksOnly() {
    counters.skep("maps", "counters", "flows");
    assertThat(counters.run.observed().orElseThrow().links()).hasSize(1).allMatch(l -> l.alive());
  }
}
