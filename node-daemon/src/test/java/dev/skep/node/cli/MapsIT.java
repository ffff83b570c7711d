package dev.skep.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.Image;
import dev.skep.artifact.admit.Revisions;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.oci.ResolvedImage;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.source.ObjectStore;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
  private static final Path PINS =
      Path.of("/sys/fs/bpf/skep-mapsit-" + ProcessHandle.current().pid());

  @TempDir private Path stateDir;
  private Kernel kernel;
  private LocalRun run;

  @BeforeEach
  void load() throws IOException {
    assumeThat(System.getProperty("user.name")).as("bpf() is root's").isEqualTo("root");
    ResolvedImage image =
        new ObjectSource()
            .read(Path.of(System.getProperty("skep.bpf"), "counters.bpf.o").toString());
    ObjectReport report = ObjectSource.inspect(image);
    BpfProgram program = new BpfProgram();
    program.setMetadata(new ObjectMetaBuilder().withNamespace("ns").withName("counters").build());
    program.setSpec(
        new BpfProgramSpec(
            new Image("registry.invalid/counters:v1", null, null),
            null,
            null,
            null,
            null,
            null,
            null,
            null));
    BpfRevision revision = Revisions.revise(program, image, report);
    Path revisions = Files.createDirectories(stateDir.resolve("revisions"));
    new ObjectMapper()
        .writeValue(
            revisions.resolve("ns_counters_" + revision.getMetadata().getName() + ".json").toFile(),
            revision);
    new ObjectStore(stateDir.resolve("objects"), Optional.empty())
        .put(image.objectDigest(), image.object());
    kernel = LocalKernel.owning(PINS, stateDir);
    run = LocalRun.start(kernel, program, image, report);
    Files.readString(Path.of("/proc/self/status"));
  }

  @AfterEach
  void unload() throws IOException {
    if (run != null) {
      run.close();
      kernel.close();
      Files.deleteIfExists(PINS);
    }
  }

  @Test
  @DisplayName("The list names every map; a map's contents are typed by the object's BTF")
  void typed() throws IOException {
    assertThat(skep("maps").out()).containsPattern("ns +counters +flows +\\d+ +hash +64 +\\d+");
    JsonNode flows =
        new ObjectMapper().readTree(skep("maps", "ns/counters", "flows", "-o", "json").out());
    JsonNode first = flows.path("entries").path(0);
    assertThat(first.path("key").path("comm").asText()).isNotEmpty();
    assertThat(first.path("key").path("direction").asText()).isEqualTo("DIRECTION_OUT");
    assertThat(first.path("key").path("port").asInt()).isEqualTo(443);
    assertThat(first.path("key").path("local").asBoolean()).isTrue();
    assertThat(first.path("value").path("last_delta").asInt()).isEqualTo(-1);
    assertThat(first.path("value").path("bytes").asLong())
        .isEqualTo(10 * first.path("value").path("count").asLong());
    assertThat(skep("maps", "counters", "slots").out()).startsWith("KEY  VALUE\n0    0\n1    ");
    JsonNode perCpu =
        new ObjectMapper().readTree(skep("maps", "counters", "per_cpu_slots", "-o", "json").out());
    assertThat(perCpu.path("entries").path(1).path("value").size())
        .isGreaterThanOrEqualTo(Runtime.getRuntime().availableProcessors());
  }

  @Test
  @DisplayName("A program or map that is not there is exit 3, and the line says what there is")
  void notThere() {
    Ran noMap = skep("maps", "counters", "flowz");
    assertThat(noMap.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(noMap.err()).contains("flowz", "flows", "slots").hasLineCount(1);
    assertThat(skep("maps", "other").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  @DisplayName("Looking takes nothing away: what was attached still is")
  void looksOnly() {
    skep("maps", "counters", "flows");
    assertThat(run.observed().orElseThrow().links()).hasSize(1).allMatch(l -> l.alive());
  }

  private Ran skep(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 4);
    all[arguments.length] = "--pin-root";
    all[arguments.length + 1] = PINS.toString();
    all[arguments.length + 2] = "--state-dir";
    all[arguments.length + 3] = stateDir.toString();
    return Ran.skep(all);
  }
}
