package dev.skep.tests.kernels;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.artifact.process.Command;
import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * What several XDP programs on one interface are tested with beside the hook suite: floods of
 * frames, and the real libxdp. In a guest, for this machine's kernel may refuse freplace.
 */
@Order(LongRuns.AFTERWARDS)
class SharedXdpIT {
  static CompletableFuture<Command.Ended> begin() {
    return LongRuns.begin("shared XDP", SharedXdpIT::run);
  }

  private static Command.Ended run() {
    Path log = Path.of("target", "kernels", "xdp.log");
    try {
      Files.createDirectories(log.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Command.of(ControlPlane.projectRoot().resolve("tests/guest/xdp.sh").toString(), "6.12")
        .keeping(log)
        .within(Duration.ofMinutes(30))
        .endingWithTests()
        .end();
  }

  @Test
  @DisplayName("no frame is missed where XDP programs share an interface, and libxdp's are joined")
  void inAGuest() {
    Command.Ended guest = begin().join();
    assumeTrue(guest.status() != SuiteRun.NO_SUCH_KERNEL, guest.output());
    guest.mustSucceed();
  }
}
