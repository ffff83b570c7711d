package dev.skep.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedNetworksTest {
  @TempDir Path parent;

  @Test
  @DisplayName("a folder that comes and goes faster than it can be watched is watched in the end")
  void storm() throws Exception {
    Path folder = parent.resolve("netns");
    Semaphore told = new Semaphore(0);
    try (NamedNetworks _ = new NamedNetworks(folder, told::release)) {
      for (int round = 0; round < 3_000; round++) {
        Files.createDirectory(folder);
        Files.delete(folder);
      }
      while (told.tryAcquire(100, TimeUnit.MILLISECONDS)) {
        told.drainPermits();
      }
      Files.createDirectory(folder);
      assertThat(told.tryAcquire(2, TimeUnit.SECONDS)).isTrue();
      Files.createFile(folder.resolve("blue"));
      assertThat(told.tryAcquire(2, TimeUnit.SECONDS)).isTrue();
    }
  }
}
