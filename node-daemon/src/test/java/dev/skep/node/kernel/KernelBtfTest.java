package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelBtfTest {
  @Test
  @DisplayName("what comes with a module that is loaded later is there then")
  void laterModule(@TempDir Path folder) throws IOException {
    byte[] kernel = btf("task_struct");
    Files.write(folder.resolve("vmlinux"), kernel);
    KernelBtf btf = new KernelBtf(folder);
    assertThat(btf.missing(List.of("task_struct", "of_module"))).containsExactly("of_module");

    Files.write(folder.resolve("unrelated"), module(kernel, "something"));
    assertThat(btf.missing(List.of("of_module"))).containsExactly("of_module");
    Files.write(folder.resolve("module"), module(kernel, "of_module"));
    assertThat(btf.missing(List.of("another"))).containsExactly("another");
    assertThat(btf.missing(List.of("of_module"))).isEmpty();
  }

  @Test
  @DisplayName("types that could not be read once are not remembered as missing")
  void unreadable(@TempDir Path folder) throws IOException {
    Files.createDirectory(folder.resolve("vmlinux"));
    KernelBtf btf = new KernelBtf(folder);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> btf.id("do_unlinkat", List.of("do_unlinkat")))
          .isInstanceOf(UncheckedIOException.class);
      assertThatThrownBy(() -> btf.missing(List.of("task_struct")))
          .isInstanceOf(UncheckedIOException.class);
    }
  }

  /** Types (include/uapi/linux/btf.h) of a kernel that has one struct. */
  private static byte[] btf(String struct) {
    return btf(1, "\0" + struct + "\0");
  }

  /** Of a module with one struct; its names go on where the kernel's end. */
  private static byte[] module(byte[] kernel, String struct) {
    int names = ByteBuffer.wrap(kernel).order(ByteOrder.nativeOrder()).getInt(20);
    return btf(names, struct + "\0");
  }

  private static byte[] btf(int name, String names) {
    byte[] text = names.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(24 + 12 + text.length)
        .order(ByteOrder.nativeOrder())
        .putInt(0x0001eb9f)
        .putInt(24)
        .putInt(0)
        .putInt(12)
        .putInt(12)
        .putInt(text.length)
        .putInt(name)
        .putInt(4 << 24)
        .putInt(8)
        .put(text)
        .array();
  }
}
