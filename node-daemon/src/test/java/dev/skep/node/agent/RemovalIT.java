package dev.skep.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.artifact.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** {@code skep clean}, beside a daemon and after one. */
class RemovalIT extends WithDaemon {
  @Test
  @DisplayName("clean refuses while a daemon runs, then lists, then leaves nothing in the kernel")
  void clean() throws IOException, InterruptedException {
    daemon.apply("tp", "tp", "");
    int program = daemon.await("tp", State.Attached).functions().getFirst().programId();

    assertThat(daemon.clean("--yes")).contains("another daemon runs with the state").endsWith("1");
    assertThat(daemon.clean()).contains("it/tp: 1 links", "nothing was changed").endsWith("0");
    daemon.end();
    assertThat(isInKernel(program)).as("an ended daemon detaches nothing").isTrue();
    assertThat(daemon.clean()).contains("it/tp: 1 links", "nothing was changed").endsWith("0");
    assertThat(isInKernel(program)).isTrue();

    assertThat(daemon.clean("--yes")).contains("it/tp: 1 links ended, 1 programs").endsWith("0");

    assertThat(daemon.leftNothing()).isTrue();
    Awaitility.await("the kernel frees it")
        .atMost(Duration.ofSeconds(10))
        .until(() -> !isInKernel(program));
    assertThat(daemon.clean("--yes")).contains("nothing to do").endsWith("0");
  }

  @Test
  @DisplayName("clean refuses while a daemon runs with the pins, whatever the state folder")
  void otherState() throws IOException, InterruptedException {
    daemon.apply("tp", "tp", "");
    int program = daemon.await("tp", State.Attached).functions().getFirst().programId();

    assertThat(daemon.clean("other", daemon.pinRoot(), "--yes"))
        .contains("another daemon runs with the pin folder")
        .endsWith("1");

    assertThat(isInKernel(program)).isTrue();
  }

  @Test
  @DisplayName("clean removes no folder that is none of pins, nor the state")
  void noPins() throws IOException, InterruptedException {
    daemon.apply("tp", "tp", "");
    daemon.await("tp", State.Attached);
    daemon.end();
    Path precious = Files.createFile(Files.createDirectory(folder.resolve("home")).resolve("file"));

    assertThat(daemon.clean("state", precious.getParent(), "--yes"))
        .contains("nothing is removed", "is not on a bpffs")
        .endsWith("1");

    assertThat(precious).exists();
    assertThat(folder.resolve("state/journal")).isDirectory();
  }

  @Test
  @DisplayName("clean takes out of a folder only what is a daemon's, whatever folder it is given")
  void othersThings() throws IOException, InterruptedException {
    daemon.apply("tp", "tp", "");
    int program = daemon.await("tp", State.Attached).functions().getFirst().programId();
    daemon.end();
    Path state = folder.resolve("state");
    Path precious = Files.createFile(Files.createDirectory(state.resolve("home")).resolve("file"));
    Path pins = daemon.pinRoot();
    Path theirs = Files.createDirectories(pins.resolve("tc/globals")).resolve("theirs");
    Command.run(
        "bpftool",
        "map",
        "create",
        theirs.toString(),
        "type",
        "array",
        "key",
        "4",
        "value",
        "4",
        "entries",
        "1",
        "name",
        "theirs");
    Path deeper = Files.createDirectories(pins.resolve("their/own/eth0/links/deeper"));

    try {
      assertThat(daemon.clean("--yes"))
          .contains(pins + " holds no pin of ours", state + " holds no state of a daemon")
          .endsWith("0");

      assertThat(isInKernel(program)).isFalse();
      assertThat(precious).exists();
      assertThat(theirs).exists();
      assertThat(deeper).exists();
      assertThat(names(state)).containsExactly("home");
      assertThat(names(pins)).containsExactlyInAnyOrder("tc", "their");
    } finally {
      Command.run("rm", "-r", pins.resolve("tc").toString(), pins.resolve("their").toString());
    }
  }

  private static List<String> names(Path folder) {
    return List.of(folder.toFile().list());
  }

  private static boolean isInKernel(int program) {
    return Command.of("bpftool", "prog", "show", "id", Integer.toString(program)).end().status()
        == 0;
  }
}
