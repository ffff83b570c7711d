package dev.skep.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose kernel does not tell its types: an empty folder is mounted over them. */
class NoBtfDaemonIT {
  private static final List<String> HIDDEN =
      List.of(
          "unshare", "-m", "sh", "-c", "mount -t tmpfs none /sys/kernel/btf && exec \"$@\"", "sh");

  @TempDir private Path folder;
  private DaemonProcess daemon;

  @AfterEach
  void end() throws IOException, InterruptedException {
    if (daemon != null) {
      daemon.leaveNothing();
    }
  }

  @Test
  @DisplayName(
      "without BTF a program that is adapted to the kernel's types is Incompatible, and says what it"
          + " takes; one that is not is attached")
  void incompatible() throws IOException {
    assumeTrue(Files.isDirectory(Path.of("/sys/kernel/btf")), "this kernel has no BTF at all");
    daemon = new DaemonProcess(folder);
    daemon.apply("adapted", "file_opens", "");
    daemon.apply("plain", "tp", "");
    daemon.startWithin(HIDDEN);

    assertThat(daemon.await("adapted", State.Incompatible))
        .satisfies(row -> assertThat(row.reason()).isEqualTo(Reason.Incompatible))
        .satisfies(
            row ->
                assertThat(row.message())
                    .contains("adapted to the kernel's types", "CONFIG_DEBUG_INFO_BTF"));
    daemon.await("plain", State.Attached);
    assertThat(daemon.status().kernel().btf()).isNotEqualTo(true);
  }
}
