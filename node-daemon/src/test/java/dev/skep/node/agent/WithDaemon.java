package dev.skep.node.agent;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of a daemon that runs, in folders of its own, and leaves nothing in the kernel. */
abstract class WithDaemon {
  @TempDir Path folder;
  DaemonProcess daemon;

  @BeforeEach
  final void startDaemon() throws IOException {
    assumeThat(System.getProperty("user.name")).as("bpf() is root's").isEqualTo("root");
    daemon = new DaemonProcess(folder);
    daemon.start();
  }

  @AfterEach
  void end() throws IOException, InterruptedException {
    if (daemon != null && !daemon.leftNothing()) {
      daemon.leaveNothing();
    }
  }
}
