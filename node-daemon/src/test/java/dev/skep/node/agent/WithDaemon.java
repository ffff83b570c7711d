package dev.skep.node.agent;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of a daemon that runs, in folders of its own, and leaves nothing in the kernel. */
abstract class WithDaemon {
  /** How soon a daemon does what it is told of at once. */
  static final Duration WITHIN = Duration.ofSeconds(1);

  private static final int ROUNDS = 5;

  @TempDir Path folder;
  DaemonProcess daemon;

  @BeforeEach
  final void startDaemon() throws IOException {
    assumeThat(System.getProperty("user.name")).as("bpf() is root's").isEqualTo("root");
    daemon = new DaemonProcess(folder);
    daemon.start();
  }

  /** The best of five rounds, for a busy machine may be slow in any; fewer if one is in time. */
  static Duration best(Callable<Duration> round) throws Exception {
    Duration best = round.call();
    for (int i = 1; i < ROUNDS && best.compareTo(WITHIN) > 0; i++) {
      Duration next = round.call();
      best = next.compareTo(best) < 0 ? next : best;
    }
    return best;
  }

  @AfterEach
  void end() throws IOException, InterruptedException {
    if (daemon != null && !daemon.leftNothing()) {
      daemon.leaveNothing();
    }
  }
}
