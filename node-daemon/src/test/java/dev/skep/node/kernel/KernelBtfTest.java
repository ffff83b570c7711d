package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelBtfTest {
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
}
