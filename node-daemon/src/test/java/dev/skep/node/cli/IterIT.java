package dev.skep.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.ProgramAttachment;
import java.io.IOException;
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
  @TempDir private Path stateDir;
  private LoadedProgram tasks;

  @BeforeEach
  void load() throws IOException {
    tasks =
        new LoadedProgram(
            "tasks", "iter_task", List.of(new ProgramAttachment("show_task", null)), stateDir);
  }

  @AfterEach
  void unload() throws IOException {
    if (tasks != null) {
      tasks.close();
    }
  }

  @Test
  @DisplayName("An iterator walks and what its program prints is shown, up to a limit")
  void walks() {
    assertThat(iter("tasks").out()).containsPattern("(?m)^task \\d+ of \\d+$");
    assertThat(iter("ns/tasks", "show_task").out()).containsPattern("(?m)^task \\d+ of \\d+$");
    Ran cut = iter("tasks", "--limit", "4");
    assertThat(cut.out()).isEqualTo("task");
    assertThat(cut.err()).contains("--limit");
  }

  @Test
  @DisplayName("A program or iterator that is not there is exit 3, and the line says what there is")
  void notThere() {
    assertThat(iter("other").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    Ran noIterator = iter("tasks", "show_file");
    assertThat(noIterator.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(noIterator.err()).contains("show_file", "show_task").hasLineCount(1);
  }

  private Ran iter(String... arguments) {
    List<String> all = new ArrayList<>(List.of("iter"));
    all.addAll(List.of(arguments));
    return tasks.skep(all.toArray(String[]::new));
  }
}
