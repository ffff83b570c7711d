package dev.skep.node.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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
      assertThat(refusal.failure().reason()).as("cut at " + length).isEqualTo(Reason.NotAnElf);
    }
    assertThat(refusal(() -> new UserBinary(Path.of("/etc/passwd")).requireCode()).message())
        .isEqualTo("binary /etc/passwd cannot be probed: not an ELF file");
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

  @Test
  @DisplayName("A return probe on what returns twice is refused by name, and left out of a pattern")
  void returningTwice() {
    UserBinary atReturn = new UserBinary(libc(), true);
    assertThat(refusal(() -> atReturn.offsetsOf(List.of("getpid", "_setjmp"))).message())
        .contains("a probe at the return of _setjmp", "would end the processes that call it");
    assertThat(refusal(() -> atReturn.offsetOf("vfork")).reason()).isEqualTo(Reason.SymbolNotFound);
    UserBinary atEntry = new UserBinary(libc());
    assertThat(atEntry.offsetOf("vfork")).isPositive();
    assertThat(atReturn.offsetsMatching("*context"))
        .doesNotContain(atEntry.offsetOf("getcontext"))
        .contains(atEntry.offsetOf("setcontext"));
    assertThat(refusal(() -> atReturn.offsetsMatching("getcontext")).message())
        .contains("none that can be probed where it returns");
  }

  @Test
  @DisplayName("A pattern that means a whole library is refused before the kernel is asked")
  void all() {
    Failure failure = refusal(() -> new UserBinary(libc()).offsetsMatching("*"));
    assertThat(failure.reason()).isEqualTo(Reason.TooLarge);
    assertThat(failure.message()).contains("more than 1,024 functions", "write a narrower pattern");
  }

  @Test
  @DisplayName(
      "Of a name that stands everywhere in a file no more places are kept than are counted")
  void everywhere() throws IOException {
    Path file = Files.write(folder.resolve("everywhere"), manyOfOneName(1_000));
    assertThat(refusal(() -> new UserBinary(file).offsetOf("same")).message())
        .isEqualTo(
            "symbol same stands at 100 places of %s, or more: name the offset of one"
                .formatted(file));
  }

  /** An ELF file with a table of that many symbols, and the one name. */
  private static byte[] manyOfOneName(int symbols) {
    int table = 64 + 3 * 64;
    int names = table + symbols * 24;
    ByteBuffer elf = ByteBuffer.allocate(names + 6).order(ByteOrder.LITTLE_ENDIAN);
    elf.putInt(0, 0x464c457f).put(4, (byte) 2).put(5, (byte) 1);
    elf.putLong(40, 64).putShort(58, (short) 64).putShort(60, (short) 3).putShort(62, (short) 2);
    section(elf, 1, 2, table, symbols * 24, 2);
    section(elf, 2, 3, names, 6, 0);
    for (int i = 0; i < symbols; i++) {
      int at = table + i * 24;
      // STT_FUNC
      elf.putInt(at, 1).put(at + 4, (byte) 2).putShort(at + 6, (short) 1).putLong(at + 8, i);
    }
    elf.put(names + 1, "same".getBytes(StandardCharsets.UTF_8));
    return elf.array();
  }

  private static void section(ByteBuffer elf, int number, int type, int at, int size, int link) {
    int header = 64 + number * 64;
    elf.putInt(header + 4, type).putLong(header + 24, at).putLong(header + 32, size);
    elf.putInt(header + 40, link);
  }

  @Test
  @DisplayName("A function whose first instruction is locked bears no probe")
  void locked() {
    assumeThat(System.getProperty("os.arch")).as("instructions of x86").isEqualTo("amd64");
    UserBinary libc = new UserBinary(libc());
    assertThat(refusal(() -> libc.offsetOf("pthread_spin_lock")).message())
        .contains("begins with a locked instruction, which the kernel cannot probe");
    assertThat(libc.offsetsMatching("pthread_spin_*"))
        .contains(libc.offsetOf("pthread_spin_unlock"))
        .doesNotContain(libc.startOf("pthread_spin_lock"));
  }

  @Test
  @DisplayName("What the kernel refused is not tried again while the file stays the same")
  void once() throws IOException {
    Path file = Files.copy(BASH, folder.resolve("once"));
    int[] tries = {0};
    Supplier<Object> attempt =
        () -> {
          tries[0]++;
          throw new Refusal(Reason.SymbolNotFound, "no");
        };
    for (int i = 0; i < 3; i++) {
      assertThat(refusal(() -> new UserBinary(file).tryOnce("it", attempt)).message())
          .isEqualTo("no");
    }
    assertThat(tries[0]).isEqualTo(1);
    Files.writeString(file, "another");
    refusal(() -> new UserBinary(file).tryOnce("it", attempt));
    assertThat(tries[0]).isEqualTo(2);
  }

  private static Failure refusal(ThrowingCallable call) {
    return catchThrowableOfType(Refusal.class, call).failure();
  }

  private static Path libc() {
    return Path.of(
        System.getProperty("os.arch").equals("aarch64")
            ? "/lib/aarch64-linux-gnu/libc.so.6"
            : "/lib/x86_64-linux-gnu/libc.so.6");
  }
}
