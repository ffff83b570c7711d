package dev.skep.artifact.btf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A number of any width is read where it was written, and nothing beside it changes")
class BitsTest {
  @Test
  @DisplayName("for every shift and width")
  void everywhere() {
    Random random = new Random(1);
    for (int shift = 0; shift < 8; shift++) {
      for (int width = 1; width <= 64; width++) {
        for (boolean signed : new boolean[] {false, true}) {
          Bits bits = new Bits(shift, width, signed);
          byte[] around = new byte[12];
          random.nextBytes(around);
          long number = random.nextLong() >> (64 - width);
          long expected = signed ? number : number << (64 - width) >>> (64 - width);

          byte[] written = around.clone();
          bits.write(written, 1, number);

          assertThat(bits.read(written, 1)).as(bits.toString()).isEqualTo(expected);
          bits.write(written, 1, bits.read(around, 1));
          assertThat(Arrays.equals(written, around)).as(bits.toString()).isTrue();
        }
      }
    }
  }
}
