package dev.skep.node.kernel;

import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.link;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Usdt;
import dev.skep.artifact.process.Command;
import dev.skep.node.target.UserBinary;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Static probes as a C compiler leaves them. Needs gcc, on x86-64. */
class UsdtIT {
  private static final LoadKey KEY = key("usdt", "aaaa");

  /** The probe skep:demo at two places, with a semaphore; a line of input reaches both. */
  private static final String SOURCE =
      """
      #include <stdio.h>
      __attribute__((section(".probes"))) volatile unsigned short demo_semaphore;
      #define PROBE(a, b, c, d, text) \\
        asm volatile("990: nop\\n" \\
          ".pushsection .note.stapsdt,\\"\\",\\"note\\"\\n" \\
          ".balign 4\\n" \\
          ".4byte 992f-991f, 994f-993f, 3\\n" \\
          "991: .asciz \\"stapsdt\\"\\n" \\
          "992: .balign 4\\n" \\
          "993: .8byte 990b\\n" \\
          ".8byte 0\\n" \\
          ".8byte demo_semaphore\\n" \\
          ".asciz \\"skep\\"\\n" \\
          ".asciz \\"demo\\"\\n" \\
          ".asciz \\"" text "\\"\\n" \\
          "994: .balign 4\\n" \\
          ".popsection\\n" \\
          :: a, b, c, d)
      int main(void) {
        long below = -5;
        int minus = -7;
        unsigned char byte = 200;
        while (getchar() == '\\n') {
          puts(demo_semaphore ? "watched" : "alone");
          fflush(stdout);
          PROBE("r"(minus), "r"(byte), "m"(below), "i"(3), "-4@%k0 1@%b1 -8@%2 4@%3");
          PROBE("r"(byte), "i"(-9), "r"(below), "m"(minus), "1@%b0 -4@%1 -8@%2 -4@%3");
          puts("done");
          fflush(stdout);
        }
        return 0;
      }
      """;

  @TempDir Path folder;
  private final TestKernel test = new TestKernel();
  private String binary;
  private Process process;
  private BufferedReader output;

  @BeforeEach
  void start() throws Exception {
    Path source = Files.writeString(folder.resolve("demo.c"), SOURCE);
    binary = folder.resolve("demo").toString();
    Command.run("gcc", "-O2", "-o", binary, source.toString());
    process = new ProcessBuilder(binary).start();
    output = process.inputReader();
  }

  @AfterEach
  void cleanUp() {
    process.destroy();
    test.close();
  }

  @Test
  @DisplayName("A running program learns that it is watched; arguments of every kind arrive")
  void values() throws IOException {
    assertThat(step()).isEqualTo("alone");
    test.kernel().load(request("usdt", KEY));
    ObservedLink link = test.kernel().attach(KEY, link("on_probe", demo("demo", 77L)));
    assertThat(link.alive()).isTrue();

    assertThat(step()).isEqualTo("watched");
    assertThat(test.count(KEY, "hits")).as("both places").isEqualTo(2);
    assertThat(last()).containsExactly(200L, -9L, -5L, -7L, 77L);

    test.kernel().detach(link);
    assertThat(test.kernel().observe(KEY).orElseThrow().links()).isEmpty();
  }

  @Test
  @DisplayName("Two attachments of one function have each its cookie")
  void twice() throws IOException {
    test.kernel().load(request("usdt", KEY));
    test.kernel().attach(KEY, link("on_probe", demo("demo", 1L)));
    test.kernel().attach(KEY, link("on_probe", demo("demo", 2L)));
    step();
    assertThat(test.count(KEY, "hits")).isEqualTo(4);
    assertThat(last()[4]).isIn(1L, 2L);
  }

  @Test
  @DisplayName("A probe that is not there is told with what is near")
  void absent() {
    test.kernel().load(request("usdt", KEY));
    Refusal refusal =
        catchThrowableOfType(
            Refusal.class, () -> test.kernel().attach(KEY, link("on_probe", demo("dmo", null))));
    assertThat(refusal.failure().reason()).isEqualTo(Reason.SymbolNotFound);
    assertThat(refusal.failure().message()).contains("skep:dmo; did you mean skep:demo?");
  }

  @Test
  @DisplayName("Any corrupt byte of the notes gives places or a refusal")
  void corrupt() throws IOException {
    byte[] whole = Files.readAllBytes(Path.of(binary));
    int notes = indexOf(whole, "stapsdt\0".getBytes(StandardCharsets.UTF_8));
    UserBinary sound = new UserBinary(Path.of(binary));
    assertThat(sound.probes("skep", "demo")).hasSize(2);
    for (int at = notes - 12; at < notes + 160; at++) {
      byte[] bytes = whole.clone();
      bytes[at] ^= (byte) 0xff;
      Path file = Files.write(folder.resolve("corrupt"), bytes);
      try {
        assertThat(new UserBinary(file).probes("skep", "demo")).hasSizeBetween(1, 2);
      } catch (Refusal expected) {
        assertThat(expected.failure().message()).contains(file.toString());
      }
    }
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int at = 0; ; at++) {
      if (Arrays.mismatch(bytes, at, at + part.length, part, 0, part.length) < 0) {
        return at;
      }
    }
  }

  private Usdt demo(String name, Long cookie) {
    return new Usdt(binary, "skep", name, cookie, null);
  }

  /** Lets the program go once over its probes, and gives what it said first. */
  private String step() throws IOException {
    process.outputWriter().write("\n");
    process.outputWriter().flush();
    String said = output.readLine();
    assertThat(output.readLine()).isEqualTo("done");
    return said;
  }

  private Long[] last() {
    List<Long> values = new ArrayList<>();
    test.kernel()
        .readMap(
            KEY,
            "last",
            5,
            (k, v) -> values.add(ByteBuffer.wrap(v).order(ByteOrder.LITTLE_ENDIAN).getLong()));
    return values.toArray(Long[]::new);
  }
}
