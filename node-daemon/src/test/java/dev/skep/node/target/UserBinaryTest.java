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

  @Test
  @DisplayName("Of a symbol that has several versions the default one is meant")
  void versions() {
    // Its older version, for binaries of another age, stands elsewhere in the file.
    assertThat(new UserBinary(libc()).offsetOf("pthread_cond_wait")).isPositive();
  }

  @Test
  @DisplayName("A 32-bit file is said to be one")
  void narrow() throws IOException {
    byte[] bytes = Files.readAllBytes(BASH);
    bytes[4] = 1;
    Path file = Files.write(folder.resolve("narrow"), bytes);
    Refusal refusal =
        catchThrowableOfType(Refusal.class, () -> new UserBinary(file).offsetOf("readline"));
    assertThat(refusal.failure().message()).contains("a 32-bit ELF file");
  }

  @Test
  @DisplayName("A variable is no function, and a pattern that matches none is told and remembered")
  void others() {
    UserBinary bash = new UserBinary(BASH);
    assertThat(
            catchThrowableOfType(Refusal.class, () -> bash.offsetOf("rl_line_buffer"))
                .failure()
                .message())
        .contains("but a variable: name a function, or an offset");
    assertThat(bash.unmatched("no_such_*")).isEmpty();
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> bash.offsetsMatching("no_such_*"));
    assertThat(refusal.failure().reason()).isEqualTo(Reason.NoTarget);
    assertThat(bash.unmatched("no_such_*")).contains(refusal.failure());
    assertThat(bash.unmatched("read*")).isEmpty();
  }

  private static Path libc() {
    return Path.of(
        System.getProperty("os.arch").equals("aarch64")
            ? "/lib/aarch64-linux-gnu/libc.so.6"
            : "/lib/x86_64-linux-gnu/libc.so.6");
  }
}
