package dev.skep.operator.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.operator.program.Conditions.Truth;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConditionsTest {
  private static final Instant T1 = Instant.parse("2026-01-01T00:00:00.123Z");
  private static final Instant T2 = Instant.parse("2026-01-01T00:05:00Z");

  private final List<Condition> pending =
      Conditions.set(List.of(), Conditions.READY, Truth.FALSE, "NoNodes", "no node", 1, T1);

  @Test
  @DisplayName("lastTransitionTime stays while the status does, whatever else changes")
  void transitionTimeStays() {
    Condition after =
        Conditions.set(pending, Conditions.READY, Truth.FALSE, "RollingOut", "0 of 1", 2, T2)
            .getFirst();
    assertThat(after.getLastTransitionTime()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(after.getReason()).isEqualTo("RollingOut");
    assertThat(after.getObservedGeneration()).isEqualTo(2);
  }

  @Test
  @DisplayName("lastTransitionTime moves with the status")
  void transitionTimeMoves() {
    Condition after =
        Conditions.set(pending, Conditions.READY, Truth.TRUE, "Attached", "1 of 1", 1, T2)
            .getFirst();
    assertThat(after.getLastTransitionTime()).isEqualTo("2026-01-01T00:05:00Z");
  }

  @Test
  @DisplayName("setting the same again changes nothing")
  void sameAgain() {
    assertThat(Conditions.set(pending, Conditions.READY, Truth.FALSE, "NoNodes", "no node", 1, T2))
        .isEqualTo(pending);
  }

  @Test
  @DisplayName("a message of any length fits what the API server takes")
  void longMessage() {
    Condition after =
        Conditions.set(
                List.of(),
                Conditions.READY,
                Truth.FALSE,
                "VerifierRejected",
                "x".repeat(99_999),
                1,
                T1)
            .getFirst();
    assertThat(after.getMessage()).hasSize(1000).endsWith("…");
  }

  @Test
  @DisplayName("there is one condition of a type, and the others stay")
  void oneOfAType() {
    List<Condition> both =
        Conditions.set(pending, Conditions.DEGRADED, Truth.FALSE, "AsWanted", "", 1, T1);
    both = Conditions.set(both, Conditions.READY, Truth.TRUE, "Attached", "", 1, T2);
    assertThat(both)
        .extracting(Condition::getType)
        .containsExactlyInAnyOrder(Conditions.READY, Conditions.DEGRADED);
  }
}
