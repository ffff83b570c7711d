package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MountsTest {
  private static final Path PINS = Path.of("/sys/fs/bpf/skep");

  @Test
  @DisplayName("a bpffs that is mounted over another mount of the same place is what counts")
  void theUpperOne() {
    List<String> late =
        List.of(
            "overlay / overlay ro 0 0",
            "sysfs /sys sysfs ro 0 0",
            "sysfs /sys/fs/bpf sysfs rw 0 0",
            "bpf /sys/fs/bpf bpf rw 0 0",
            "tmpfs /sys/fs/cgroup tmpfs ro 0 0");

    assertThat(Mounts.typeAt(PINS, late)).isEqualTo("bpf");
    assertThat(Mounts.typeAt(PINS, late.subList(0, 3))).isEqualTo("sysfs");
  }

  @Test
  @DisplayName("a place is not within one whose name it only begins with")
  void wholeNames() {
    List<String> beside = List.of("overlay / overlay ro 0 0", "bpf /sys/fs/bp bpf rw 0 0");

    assertThat(Mounts.typeAt(PINS, beside)).isEqualTo("overlay");
  }
}
