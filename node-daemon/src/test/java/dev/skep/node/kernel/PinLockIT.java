package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.pod.PodSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  @DisplayName("a folder of pins that was removed is made again by the next load, and locked")
  void removed(@TempDir Path state) throws IOException {
    LoadRequest request = TestKernel.request("tp", TestKernel.key("tp", "aaaa"));
    try (PinLock lock = PinLock.take(pins);
        Kernel kernel = new LinuxKernel(pins, new Journal(state, "test"), PodSource.none(), lock)) {
      kernel.load(request);
      removeAll();

      assertThat(kernel.load(request).programs()).containsKey("on_openat");
      assertThatThrownBy(() -> PinLock.take(pins)).hasMessageContaining("another daemon runs");
      removeAll();
    }
  }

  @Test
  @DisplayName("a folder that another daemon has made again is its own")
  void takenMeanwhile() throws IOException {
    try (PinLock lock = PinLock.take(pins)) {
      removeAll();
      try (PinLock _ = PinLock.take(pins)) {
        assertThatThrownBy(lock::keep)
            .isInstanceOf(Refusal.class)
            .hasMessageContaining("another daemon runs with the pin folder " + pins);
      }
    }
  }

  private void removeAll() throws IOException {
    try (Stream<Path> all = Files.walk(pins)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
