package dev.skep.node.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowTest {
  private static final int SIZE = 1 << 20;
  private static final int LOOKS = 2_000;

  private @TempDir Path folder;

  @Test
  @DisplayName("every place has its own bytes, however far from the one before")
  void places() throws IOException {
    try (FileChannel file = FileChannel.open(numbers())) {
      Window window = new Window(file, 0, SIZE);
      for (int at : new int[] {0, 4, 5_000, 4_996, SIZE - 4, 131_068, 131_072, 8, 900_000}) {
        assertThat(window.at(at, 4).getInt(0)).isEqualTo(at);
      }
      assertThat(window.at(SIZE - 2, 4).remaining()).as("at the end").isEqualTo(2);
    }
  }

  @Test
  @DisplayName("who chose the order of the places does not choose how much is read")
  void jumps() throws IOException {
    try (FileChannel file = FileChannel.open(numbers())) {
      Window window = new Window(file, 0, SIZE);
      long before = bytesRead();
      for (int i = 0; i < LOOKS; i++) {
        window.at(i % 2 == 0 ? 0 : i < LOOKS / 2 ? SIZE - 4_096 : 8_192, 4);
      }
      assertThat(bytesRead() - before).isLessThan(LOOKS * 16_384L);
    }
  }

  @Test
  @DisplayName("what is read in order is read in large pieces")
  void inOrder() throws IOException {
    try (FileChannel file = FileChannel.open(numbers())) {
      Window window = new Window(file, 0, SIZE);
      long before = calls();
      for (int at = 0; at < SIZE; at += 4) {
        window.at(at, 4);
      }
      assertThat(calls() - before).isLessThan(100);
    }
  }

  private Path numbers() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < SIZE; at += 4) {
      bytes.putInt(at);
    }
    return Files.write(folder.resolve("numbers"), bytes.array());
  }

  private static long bytesRead() throws IOException {
    return io("rchar: ");
  }

  private static long calls() throws IOException {
    return io("syscr: ");
  }

  /** What this process has read, by the kernel's own count. */
  private static long io(String name) throws IOException {
    return Files.readString(Path.of("/proc/self/io"))
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.substring(name.length())))
        .findFirst()
        .orElseThrow();
  }
}
