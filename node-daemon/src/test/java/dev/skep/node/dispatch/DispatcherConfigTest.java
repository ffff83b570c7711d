package dev.skep.node.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The configuration of a dispatcher, byte by byte as the libxdp protocol has it. */
class DispatcherConfigTest {
  private static final DispatcherConfig.Slot PASS = new DispatcherConfig.Slot(1 << 2, 50, false);
  private static final DispatcherConfig.Slot FRAGS = new DispatcherConfig.Slot(0b110, 7, true);

  @Test
  @DisplayName("Version 3 is 128 bytes, version 2 is 124, and both begin with magic and version")
  void sizes() {
    byte[] three = new DispatcherConfig(3, List.of(PASS, FRAGS)).encode();
    assertThat(three).hasSize(128).startsWith(236, 3, 2, 0);
    assertThat(new DispatcherConfig(2, List.of(FRAGS)).encode())
        .hasSize(124)
        .startsWith(236, 2, 1, 1);
  }

  @Test
  @DisplayName(
      "Actions, priorities and flags are three arrays of ten; an empty slot is gone on from")
  void arrays() {
    ByteBuffer bytes =
        ByteBuffer.wrap(new DispatcherConfig(3, List.of(PASS, FRAGS)).encode())
            .order(ByteOrder.nativeOrder());
    assertThat(bytes.getInt(4)).isEqualTo(1 << 31 | 1 << 2);
    assertThat(bytes.getInt(8)).isEqualTo(1 << 31 | 0b110);
    assertThat(bytes.getInt(12)).isZero();
    assertThat(bytes.getInt(44)).isEqualTo(50);
    assertThat(bytes.getInt(48)).isEqualTo(7);
    assertThat(bytes.getInt(84)).isZero();
    assertThat(bytes.getInt(88)).isEqualTo(1 << 5);
  }

  @Test
  @DisplayName("It takes packets of several pieces when every program does")
  void frags() {
    assertThat(new DispatcherConfig(3, List.of(FRAGS, FRAGS)).frags()).isTrue();
    assertThat(new DispatcherConfig(3, List.of(FRAGS, PASS)).frags()).isFalse();
    assertThat(new DispatcherConfig(3, List.of()).frags()).isFalse();
  }

  @Test
  @DisplayName("What was written is read back, in both versions, up to ten slots")
  void roundTrip() {
    for (int version : List.of(2, 3)) {
      for (int count = 0; count <= 10; count++) {
        var config = new DispatcherConfig(version, Collections.nCopies(count, FRAGS));
        assertThat(DispatcherConfig.decode(config.encode())).contains(config);
      }
    }
  }

  @Test
  @DisplayName("What is no dispatcher's, or of another version, is not read")
  void foreign() {
    byte[] config = new DispatcherConfig(3, List.of(PASS)).encode();
    byte[] magic = config.clone();
    magic[0] = 1;
    byte[] later = config.clone();
    later[1] = 4;
    byte[] eleven = config.clone();
    eleven[2] = 11;
    for (byte[] bytes : List.of(magic, later, eleven, new byte[0], new byte[128])) {
      assertThat(DispatcherConfig.decode(bytes)).isEmpty();
    }
    assertThat(DispatcherConfig.decode(Arrays.copyOf(config, 124))).isEmpty();
  }
}
