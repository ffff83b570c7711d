package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PinLockIT {
  private final Path pins = Path.of("/sys/fs/bpf/skep-pinlock-" + ProcessHandle.current().pid());

  @AfterEach
  void remove() throws IOException {
    Files.deleteIfExists(pins);
  }

  @Test
  @DisplayName("a second daemon on the same pins is refused, until the first has ended")
  void oneAtATime() throws IOException {
    try (var _ = PinLock.take(pins)) {
      assertThatThrownBy(() -> PinLock.take(pins))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("another daemon runs with the pin folder " + pins);
    }
    PinLock.take(pins).close();
  }
}
