package dev.skep.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  @DisplayName("a percentile is a value that was measured, whatever the order of measuring")
  void nearestRank() {
    Samples samples = Samples.of(IntStream.rangeClosed(1, 40).mapToDouble(i -> 41 - i).toArray());
    assertThat(samples.min()).isEqualTo(1);
    assertThat(samples.median()).isEqualTo(20);
    assertThat(samples.p95()).isEqualTo(38);
    assertThat(samples.max()).isEqualTo(40);
    assertThat(Samples.of(7).p95()).isEqualTo(7);
  }

  @Test
  @DisplayName("nothing measured is a failure, not a zero")
  void nothing() {
    assertThatThrownBy(Samples::of).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("a goal holds for the statistic that it names")
  void goals() {
    Samples samples = Samples.of(10, 20, 300);
    assertThat(Goal.median(20).isMet(samples)).isTrue();
    assertThat(Goal.p95(200).isMet(samples)).isFalse();
    assertThat(Goal.max(300).isMet(samples)).isTrue();
  }
}
