package dev.skep.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.artifact.process.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A kernel that does not tell its types. This one does: the command runs where an empty folder is
 * mounted over them, in a mount namespace of its own, so that libbpf does not find them either.
 */
class NoBtfIT {
  private static final String HIDE = "mount -t tmpfs none /sys/kernel/btf && exec \"$@\"";

  private static String skep(String... arguments) {
    assumeTrue(Files.isDirectory(Path.of("/sys/kernel/btf")), "this kernel has no BTF at all");
    return Command.of("unshare", "-m", "sh", "-c", HIDE, "sh")
        .and(Path.of(System.getProperty("java.home"), "bin", "java").toString())
        .and("--enable-native-access=ALL-UNNAMED")
        .and("-cp", System.getProperty("java.class.path"), Skep.class.getName())
        .and(arguments)
        .end()
        .output();
  }

  private static String run(String object) {
    return skep("run", System.getProperty("skep.bpf") + "/" + object + ".bpf.o");
  }

  @Test
  @DisplayName("Who is adapted to the kernel's types, or loaded for one, is told what it takes")
  void incompatible() {
    assertThat(run("file_opens"))
        .contains(
            "on_open is adapted to the kernel's types when it is loaded, and this kernel",
            "CONFIG_DEBUG_INFO_BTF");
    assertThat(run("tp_btf")).contains("has no BTF (CONFIG_DEBUG_INFO_BTF)", "tp_btf");
  }

  @Test
  @DisplayName("The table says so, and which kinds it costs")
  void table() {
    assertThat(skep("kernel"))
        .containsPattern("BTF: +no")
        .containsPattern("tp_btf +5.5 +this kernel .* has no BTF")
        .containsPattern("tracepoint +tracepoint +4.7 +yes");
  }
}
