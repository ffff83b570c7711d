package dev.skep.tests.kernels;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.artifact.process.Command;
import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What several XDP programs on one interface are tested with beside the hook suite: floods of
 * frames, and the real libxdp. In a guest, for this machine's kernel may refuse freplace.
 */
class SharedXdpIT {
  @Test
  @DisplayName("no frame is missed where XDP programs share an interface, and libxdp's are joined")
  void inAGuest() throws IOException {
    Path log = Files.createDirectories(Path.of("target", "kernels")).resolve("xdp.log");
    Path script = ControlPlane.projectRoot().resolve("tests/guest/xdp.sh");
    Command.Ended guest =
        Command.of(script.toString(), "6.12")
            .keeping(log)
            .within(Duration.ofMinutes(30))
            .endingWithTests()
            .end();
    assumeTrue(guest.status() != SuiteRun.NO_SUCH_KERNEL, guest.output());
    guest.mustSucceed();
  }
}
