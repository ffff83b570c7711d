package dev.skep.operator.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Backoff backoff = new Backoff(Duration.ofSeconds(15), Duration.ofMinutes(5));
  private final Failure unreachable = Failure.of(Reason.RegistryUnreachable, "no answer");

  @Test
  @DisplayName("at most three attempts in the first minute, and fewer in each later one")
  void threeAMinute() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      Duration time = Duration.ZERO;
      int inFirstMinute = 0;
      for (int attempt = 1; time.compareTo(Duration.ofMinutes(1)) < 0; attempt++) {
        inFirstMinute++;
        time = time.plus(backoff.after(unreachable, attempt, random));
      }
      assertThat(inFirstMinute).isLessThanOrEqualTo(3);
    }
  }

  @Test
  @DisplayName("waits grow to the limit and no further, after any number of failures")
  void bounded() {
    Random random = new Random(1);
    for (int failures : new int[] {6, 40, 1000, Integer.MAX_VALUE}) {
      assertThat(backoff.after(unreachable, failures, random))
          .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(6));
    }
  }

  @Test
  @DisplayName("what only a new image can mend is looked at again rarely, from the first failure")
  void permanent() {
    assertThat(backoff.after(Failure.of(Reason.NoElf, "no ELF"), 1, new Random(1)))
        .isGreaterThanOrEqualTo(Duration.ofMinutes(4));
  }
}
