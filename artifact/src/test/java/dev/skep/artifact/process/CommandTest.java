package dev.skep.artifact.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandTest {
  private static final String BOTH = "echo answer; echo warning >&2; exit ";

  @TempDir private Path folder;

  @Test
  @DisplayName("what a command printed is returned, and is in the error when it failed")
  void output() {
    assertThat(sh(BOTH + 0).output()).isEqualTo("answer\nwarning\n");
    assertThatThrownBy(() -> sh(BOTH + 3).output())
        .hasMessageContainingAll("sh -c echo", "exit status 3", "answer\nwarning\n");
    assertThat(sh(BOTH + 3).end().status()).isEqualTo(3);
  }

  @Test
  @DisplayName("warnings can be left out, but of one that failed they are told")
  void warnings() {
    assertThat(sh(BOTH + 0).withoutWarnings().output()).isEqualTo("answer\n");
    assertThat(sh(BOTH + 1).withoutWarnings().end().output()).isEqualTo("answer\nwarning\n");
  }

  @Test
  @DisplayName("one that takes longer than it may is ended, and an error with what it said")
  void limit() {
    assertThatThrownBy(() -> sh("echo waits; exec sleep 60").within(Duration.ofMillis(200)).end())
        .hasMessageContainingAll("not at its end after PT0.2S", "waits");
  }

  @Test
  @DisplayName("what it started may live on")
  void livesOn() {
    String child = sh("sleep 60 & echo $!").within(Duration.ofSeconds(30)).output().strip();
    assertThat(ProcessHandle.of(Long.parseLong(child)).orElseThrow().destroy()).isTrue();
  }

  @Test
  @DisplayName("folder, environment, path and a log are as asked for")
  void surroundings() {
    Path log = folder.resolve("log");
    String said =
        sh("pwd; echo $A; echo $PATH")
            .in(folder)
            .with(Map.of("A", "b"))
            .withPath(Path.of("/first"))
            .keeping(log)
            .output();
    assertThat(said).startsWith(folder + "\nb\n/first:" + System.getenv("PATH"));
    assertThat(log).hasContent(said.strip());
  }

  @Test
  @DisplayName("one that was started can be told to end, and what it then says is heard")
  void terminated() {
    Path ready = folder.resolve("ready");
    Command.Running running =
        sh("trap 'echo told; exit 0' TERM; >%s; while :; do sleep 0.01; done".formatted(ready))
            .start();
    while (!Files.exists(ready)) {
      Thread.onSpinWait();
    }
    running.terminate();
    assertThat(running.end().mustSucceed()).isEqualTo("told\n");
  }

  private static Command sh(String script) {
    return Command.of("sh", "-c", script);
  }
}
