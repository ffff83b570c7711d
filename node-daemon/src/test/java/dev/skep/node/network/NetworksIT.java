package dev.skep.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.node.libbpf.Netlink;
import dev.skep.node.target.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NetworksIT {
  private static final Duration SOON = Duration.ofSeconds(5);

  @Test
  @DisplayName("the end of a process's network is told, also where no other network is watched")
  void theOnlyOneGoes() throws Exception {
    AtomicInteger told = new AtomicInteger();
    Process owner = new ProcessBuilder("unshare", "--net", "sleep", "600").start();
    try (Networks networks = new Networks(Netlink.get())) {
      networks.onChanged(told::incrementAndGet);
      networks.look(networkOf(owner), false);
      int before = told.get();

      owner.destroyForcibly().waitFor();

      await().atMost(SOON).untilAsserted(() -> assertThat(told).hasValueGreaterThan(before));
    } finally {
      owner.destroyForcibly();
    }
  }

  /** Once it has one of its own. */
  private static Network networkOf(Process process) {
    Path file = Path.of("/proc/%d/ns/net".formatted(process.pid()));
    return await()
        .atMost(SOON)
        .until(() -> Network.of(file).filter(network -> !network.inOwn()), Optional::isPresent)
        .orElseThrow();
  }
}
