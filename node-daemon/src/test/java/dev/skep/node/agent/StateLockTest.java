package dev.skep.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateLockTest {
  @TempDir private Path folder;

  @Test
  @DisplayName("the folder is made, and can be had again after it was given back")
  void again() throws IOException {
    Path state = folder.resolve("a/b");
    for (int i = 0; i < 2; i++) {
      try (StateLock lock = StateLock.take(state)) {
        assertThat(lock).isNotNull();
      }
    }
    assertThat(Files.exists(state.resolve("lock"))).isTrue();
  }
}
