package dev.skep.tests.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.artifact.process.Command;
import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What scripts/prelude.sh gives the scripts that people call. */
class InterruptedIT {
  private static final Path ROOT = ControlPlane.projectRoot();

  @TempDir Path folder;
  private final List<ProcessHandle> started = new ArrayList<>();

  @AfterEach
  void end() {
    started.forEach(ProcessHandle::destroyForcibly);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
  @DisplayName(
      "A signal ends a script at once, with all that runs in it, whatever that does about the"
          + " signal, says what is left, and leaves what is to outlive it")
  void endsAtOnce(String signal, int status) throws Exception {
    Process script =
        start(
            """
            interrupted() { echo "this is left"; }
            work() {
              start_process outlives sleep 600
              sleep 601 &
              bash -c 'trap "" INT HUP; touch "$dir/started"; for _ in {1..40}; do sleep 1; done'
              echo "went on"
            }
            interruptible work
            """);

    Command.run("kill", "-" + signal, String.valueOf(script.pid()));

    assertThat(script.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(script.exitValue()).isEqualTo(status);
    assertThat(folder.resolve("out")).content().isEqualTo("this is left\n");
    // The script, what works in it, both that this started, and the one that is to outlive them.
    assertThat(started).hasSizeGreaterThanOrEqualTo(5);
    assertThat(started)
        .filteredOn(InterruptedIT::runs)
        .extracting(ProcessHandle::pid)
        .containsExactly(outlives());
  }

  // Java takes one for alive that ended and that nobody has waited for yet.
  private static boolean runs(ProcessHandle process) {
    try {
      return !Files.readString(Path.of("/proc/%d/stat".formatted(process.pid()))).contains(") Z ");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  @DisplayName("A script that nobody interrupts ends as its work does, at the first error")
  void endsAsItsWork() {
    Command.Ended ended =
        run("work() { echo worked; (exit 7); echo 'went on'; }; interruptible work");
    assertThat(ended.status()).isEqualTo(7);
    assertThat(ended.output()).isEqualTo("worked\n");
  }

  @Test
  @DisplayName("The system's tools are found with the PATH that su leaves without a dash")
  void findsSystemTools() {
    assertThat(run("PATH=/usr/bin:/bin; source %s/scripts/prelude.sh; echo $PATH".formatted(ROOT)))
        .extracting(Command.Ended::output)
        .isEqualTo("/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin\n");
  }

  private Command.Ended run(String text) {
    return Command.of(script(text)).with(outermost()).within(Duration.ofSeconds(30)).end();
  }

  /** A script that did what it does up to `touch "$dir/started"`. */
  private Process start(String text) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(script(text))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile());
    builder.environment().putAll(outermost());
    Process script = builder.start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!Files.exists(folder.resolve("started")) && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    started.add(script.toHandle());
    script.descendants().forEach(started::add);
    assertThat(folder.resolve("started")).exists();
    return script;
  }

  private List<String> script(String text) {
    String sources =
        "export dir=%s; source %s/scripts/prelude.sh; source %2$s/scripts/processes.sh\n";
    // Tests in the background ignore Ctrl-C, those under nohup HUP; and so does what they start.
    return List.of(
        "env",
        "--default-signal=INT,HUP",
        "bash",
        "-Eeuo",
        "pipefail",
        "-c",
        sources.formatted(folder, ROOT) + text);
  }

  /** `make test` is interruptible itself. */
  private static Map<String, String> outermost() {
    return Map.of("SKEP_INTERRUPTIBLE", "");
  }

  private long outlives() throws IOException {
    String[] words = Files.readString(folder.resolve("run/outlives.pid")).split(" ");
    return Long.parseLong(words[0]);
  }
}
