package dev.skep.node.execute;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  @DisplayName("no minute has more than three attempts, with any jitter")
  void threeAMinute() {
    for (double random : List.of(0.0, 0.5, 0.999)) {
      List<Duration> attempts = new ArrayList<>(List.of(Duration.ZERO));
      for (int failures = 1; failures < 30; failures++) {
        attempts.add(attempts.getLast().plus(Backoff.after(failures, () -> random)));
      }

      for (Duration start : attempts) {
        assertThat(attempts)
            .filteredOn(at -> at.compareTo(start) >= 0)
            .filteredOn(at -> at.compareTo(start.plusMinutes(1)) < 0)
            .hasSizeLessThanOrEqualTo(3);
      }
    }
  }

  @Test
  @DisplayName("the first pause is about a second, the longest about five minutes")
  void bounds() {
    assertThat(Backoff.after(1, () -> 0.5)).isEqualTo(Duration.ofSeconds(1));
    assertThat(Backoff.after(1000, () -> 0.5)).isEqualTo(Duration.ofMinutes(5));
  }
}
