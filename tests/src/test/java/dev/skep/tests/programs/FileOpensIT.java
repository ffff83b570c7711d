package dev.skep.tests.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.artifact.process.Command;
import dev.skep.tests.cluster.ControlPlane;
import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bpf-programs/file-opens as it ships: its own manifest, with the image in a test registry. */
class FileOpensIT {
  private static final Path MANIFEST =
      ControlPlane.projectRoot().resolve("bpf-programs/file-opens/bpfprogram.yaml");

  private final Stack stack;
  @TempDir Path folder;

  FileOpensIT(@Shared Stack stack) {
    this.stack = stack;
  }

  @BeforeEach
  void apply() throws IOException {
    TestImages.push(
        stack.registry().address() + "/skep/file-opens:v1",
        Map.of("file_opens.bpf.o", TestImages.object("file_opens")));
    stack.apply("file-opens", spec(false));
    stack.awaitReady("file-opens");
  }

  @AfterEach
  void removePrograms() {
    stack.deletePrograms();
  }

  @Test
  @DisplayName("every open of a process is counted under the process's name")
  void countsOpensByName() throws Exception {
    Path command = commandNamed("skep-reader", "/bin/cat");
    Path file = Files.writeString(folder.resolve("file"), "");

    for (int i = 0; i < 20; i++) {
      run(command, file);
    }

    // The dynamic loader opens libraries too: at least one open a run, the same number every run.
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(opensOf("skep-reader")).isGreaterThanOrEqualTo(20));
    assertThat(opensOf("skep-reader") % 20).isZero();
  }

  @Test
  @DisplayName("writes_only counts no reads from then on, and keeps the counts there were")
  void writesOnlyKeepsTheCounts() throws Exception {
    Path reader = commandNamed("skep-reader", "/bin/cat");
    Path writer = commandNamed("skep-writer", "/usr/bin/tee");
    Path file = Files.writeString(folder.resolve("file"), "");
    run(reader, file);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(opensOf("skep-reader")).isPositive());
    double before = opensOf("skep-reader");

    stack.apply("file-opens", spec(true));
    stack.awaitReady("file-opens");
    run(reader, file);
    for (int i = 0; i < 5; i++) {
      run(writer, file);
    }

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(opensOf("skep-writer")).isEqualTo(5));
    assertThat(opensOf("skep-reader")).isEqualTo(before);
  }

  private String spec(boolean writesOnly) throws IOException {
    String manifest = Files.readString(MANIFEST);
    return manifest
        .substring(manifest.indexOf("spec:\n") + "spec:\n".length())
        .stripIndent()
        .replace("localhost:5000", stack.registry().address())
        .replace("writes_only: false", "writes_only: " + writesOnly);
  }

  private double opensOf(String comm) {
    return stack.metric("file_opens_total", "comm=\"" + comm + "\"");
  }

  /** A copy of a command under a name that nothing else on this machine has. */
  private Path commandNamed(String name, String command) throws IOException {
    Path copy = Files.copy(Path.of(command), folder.resolve(name));
    assertThat(copy.toFile().setExecutable(true)).isTrue();
    return copy;
  }

  private static void run(Path command, Path file) {
    Command.run(command.toString(), file.toString());
  }
}
