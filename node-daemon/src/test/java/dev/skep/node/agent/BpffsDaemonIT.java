package dev.skep.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.process.Command;
import dev.skep.node.kernel.PinLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node on which nobody has mounted a bpffs yet. */
class BpffsDaemonIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private Path mount;
  private DaemonProcess daemon;

  @AfterEach
  void end() throws IOException, InterruptedException {
    daemon.leaveNothing();
    Command.run("umount", mount.toString());
  }

  @Test
  @DisplayName("what is in the way once bpffs is mounted is said, and waited for as well")
  void lockedWhenMounted() throws IOException, InterruptedException {
    mount = Files.createDirectory(folder.resolve("bpffs"));
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    daemon = new DaemonProcess(folder, mount.resolve("skep"));
    daemon.apply("tp", "tp", "");
    daemon.start();
    daemon.await("tp", Reason.NodeNotReady);

    Command.run("mount", "-t", "bpf", "bpf", elsewhere.toString());
    try (PinLock other = PinLock.take(elsewhere.resolve("skep"))) {
      assertThat(other).isNotNull();
      Command.run("mount", "--bind", elsewhere.toString(), mount.toString());
      daemon.await("tp", row -> row.message().contains("is Skep installed twice"), "why else");
      await().atMost(PATIENCE).until(() -> daemon.status().summary().contains("installed twice"));
      assertThat(daemon.asked("/readyz")).startsWith("503").contains("installed twice");
    } finally {
      Command.run("umount", elsewhere.toString());
    }

    daemon.await("tp", State.Attached);
    await().atMost(PATIENCE).until(() -> daemon.asked("/readyz").startsWith("200"));
  }

  @Test
  @DisplayName("without bpffs the daemon stays and says what to do; mounted, it runs its programs")
  void mountedLater() throws IOException, InterruptedException {
    mount = Files.createDirectory(folder.resolve("bpffs"));
    daemon = new DaemonProcess(folder, mount.resolve("skep"));
    daemon.apply("tp", "tp", "");
    daemon.start();

    assertThat(daemon.await("tp", State.Failed))
        .satisfies(row -> assertThat(row.reason()).isEqualTo(Reason.NodeNotReady))
        .satisfies(row -> assertThat(row.message()).contains("mount -t bpf bpf /sys/fs/bpf"));
    assertThat(daemon.status().summary()).contains("is not on a bpffs", "sys-fs-bpf.mount");
    assertThat(daemon.status().kernel()).as("what the kernel is it says all the same").isNotNull();
    assertThat(daemon.asked("/healthz")).startsWith("200");
    assertThat(daemon.asked("/readyz")).startsWith("503").contains("mount -t bpf");
    assertThat(daemon.log()).containsOnlyOnce("this node can run no program");

    Command.run("mount", "-t", "bpf", "bpf", mount.toString());

    daemon.await("tp", State.Attached);
    await().atMost(PATIENCE).until(() -> daemon.asked("/readyz").startsWith("200"));
    await().atMost(PATIENCE).until(() -> daemon.status().summary().equals("1 attached"));
  }
}
