package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.api.v1alpha1.Refusal;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PinNamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"opens", "a_b", ".bss", ".rodata", ".data.tuning", ".kconfig", "_bssx"})
  @DisplayName("A map's pin has no dot and leads back to the map")
  void maps(String map) {
    assertThat(PinNames.ofMap(map)).doesNotContain(".");
    assertThat(PinNames.mapOf(PinNames.ofMap(map))).isEqualTo(map);
  }

  @Test
  @DisplayName("A program's folder has no dot and leads back to the program")
  void programs() {
    LoadKey key = new LoadKey("ns", "a.b-c", "0123456789");
    Path folder = PinNames.folder(Path.of("/sys/fs/bpf/skep"), key);
    assertThat(folder).hasToString("/sys/fs/bpf/skep/ns/a~b-c/0123456789");
    assertThat(PinNames.key("ns", "a~b-c", "0123456789")).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/etc", "..", "a/../..", ".", "a\0"})
  @DisplayName("What a revision calls its load never leads out of our folder")
  void leadsNowhere(String load) {
    Path root = Path.of("/sys/fs/bpf/skep");
    assertThatThrownBy(() -> PinNames.folder(root, new LoadKey("ns", "a", load)))
        .isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> PinNames.folder(root, new LoadKey(load, "a", "0123456789")))
        .isInstanceOf(Refusal.class);
  }
}
