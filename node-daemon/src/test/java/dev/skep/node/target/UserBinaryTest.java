package dev.skep.node.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserBinaryTest {
  private static final Path BASH = Path.of("/bin/bash");

  @TempDir Path folder;

  @Test
  @DisplayName("A function's offset lies in the file")
  void offset() throws IOException {
    assertThat(new UserBinary(BASH).offsetOf("readline")).isBetween(1L, Files.size(BASH));
  }

  @Test
  @DisplayName("A file that is cut, or is none, is refused in words")
  void cut() throws IOException {
    byte[] whole = Files.readAllBytes(BASH);
    for (int length : new int[] {0, 10, 63, 64, 5000, whole.length / 2, whole.length - 1}) {
      Path file = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));
      Refusal refusal =
          catchThrowableOfType(Refusal.class, () -> new UserBinary(file).offsetOf("readline"));
      assertThat(refusal.failure().reason())
          .as("cut at " + length)
          .isEqualTo(Reason.BinaryNotFound);
    }
  }

  @Test
  @DisplayName("Any corrupt byte of its headers gives an offset or a refusal")
  void corrupt() throws IOException {
    byte[] whole = Files.readAllBytes(BASH);
    for (int at = 0; at < 64; at++) {
      byte[] bytes = whole.clone();
      bytes[at] ^= (byte) 0xff;
      Path file = Files.write(folder.resolve("corrupt"), bytes);
      try {
        new UserBinary(file).offsetOf("readline");
      } catch (Refusal expected) {
        assertThat(expected.failure().message()).contains(file.toString());
      }
    }
  }
}
