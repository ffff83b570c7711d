package dev.skep.tests.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What several XDP programs on one interface are tested with beside the hook suite: floods of
 * frames, and the real libxdp. In a guest, for this machine's kernel may refuse freplace.
 */
class SharedXdpIT {
  @Test
  @DisplayName("no frame is missed where XDP programs share an interface, and libxdp's are joined")
  void inAGuest() throws IOException, InterruptedException {
    Path log = Files.createDirectories(Path.of("target", "kernels")).resolve("xdp.log");
    Path script = ControlPlane.projectRoot().resolve("tests/guest/xdp.sh");
    Process guest =
        new ProcessBuilder(script.toString(), "6.12")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(guest::destroy));
    int status = guest.waitFor();
    String output = Files.readString(log);
    assumeTrue(status != SuiteRun.NO_SUCH_KERNEL, output);
    assertThat(status).as(output).isZero();
  }
}
