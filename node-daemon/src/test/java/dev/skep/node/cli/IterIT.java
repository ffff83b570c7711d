package dev.skep.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.Image;
import dev.skep.api.v1alpha1.ProgramAttachment;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.oci.ResolvedImage;
import dev.skep.node.kernel.Kernel;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the running kernel: iter_task.bpf.c, loaded as a daemon does it, and read by skep iter. */
class IterIT {
  private static final Path PINS =
      Path.of("/sys/fs/bpf/skep-iterit-" + ProcessHandle.current().pid());

  @TempDir private Path stateDir;
  private Kernel kernel;
  private LocalRun run;

  @BeforeEach
  void load() throws IOException {
    assumeThat(System.getProperty("user.name")).as("bpf() is root's").isEqualTo("root");
    ResolvedImage image =
        new ObjectSource()
            .read(Path.of(System.getProperty("skep.bpf"), "iter_task.bpf.o").toString());
    ObjectReport report = ObjectSource.inspect(image);
    BpfProgram program = new BpfProgram();
    program.setMetadata(new ObjectMetaBuilder().withNamespace("ns").withName("tasks").build());
    program.setSpec(
        new BpfProgramSpec(
            new Image("registry.invalid/tasks:v1", null, null),
            List.of(new ProgramAttachment("show_task", null)),
            null,
            null,
            null,
            null,
            null,
            null));
    kernel = LocalKernel.owning(PINS, stateDir);
    run = LocalRun.start(kernel, program, image, report);
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
  @DisplayName("An iterator walks and what its program prints is shown, up to a limit")
  void walks() {
    assertThat(skep("tasks").out()).containsPattern("(?m)^task \\d+ of \\d+$");
    assertThat(skep("ns/tasks", "show_task").out()).containsPattern("(?m)^task \\d+ of \\d+$");
    Ran cut = skep("tasks", "--limit", "4");
    assertThat(cut.out()).isEqualTo("task");
    assertThat(cut.err()).contains("--limit");
  }

  @Test
  @DisplayName("A program or iterator that is not there is exit 3, and the line says what there is")
  void notThere() {
    assertThat(skep("other").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    Ran noIterator = skep("tasks", "show_file");
    assertThat(noIterator.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(noIterator.err()).contains("show_file", "show_task").hasLineCount(1);
  }

  private Ran skep(String... arguments) {
    List<String> all = new ArrayList<>(List.of("iter"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--pin-root", PINS.toString(), "--state-dir", stateDir.toString()));
    return Ran.skep(all.toArray(String[]::new));
  }
}
