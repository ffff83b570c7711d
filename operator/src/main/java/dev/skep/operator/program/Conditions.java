package dev.skep.operator.program;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The conditions of a BpfProgram; the one place that makes them. */
final class Conditions {
  static final String READY = "Ready";
  static final String PROGRESSING = "Progressing";
  static final String DEGRADED = "Degraded";
  static final String ADMITTED = "Admitted";

  /**
   * Tells tools that go by kstatus (Flux, kpt) that waiting will not help: by Ready=False alone
   * they would wait until their time is up.
   */
  static final String STALLED = "Stalled";

  /** Long enough for a cause; the whole of it is in failures. */
  private static final int LONGEST_MESSAGE = 1000;

  private Conditions() {}

  /**
   * The list with this condition in it. lastTransitionTime stays as it was when status did.
   *
   * @param reason one word in CamelCase
   */
  static List<Condition> set(
      List<Condition> conditions,
      String type,
      Truth truth,
      String reason,
      String message,
      long generation,
      Instant now) {
    Optional<Condition> before = find(conditions, type);
    String since =
        before
            .filter(c -> c.getStatus().equals(truth.text))
            .map(Condition::getLastTransitionTime)
            .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
    Condition condition =
        new ConditionBuilder()
            .withType(type)
            .withStatus(truth.text)
            .withReason(reason)
            .withMessage(shortened(message))
            .withObservedGeneration(generation)
            .withLastTransitionTime(since)
            .build();
    List<Condition> after = new ArrayList<>(conditions);
    after.removeIf(c -> c.getType().equals(type));
    after.add(condition);
    return List.copyOf(after);
  }

  /** The list with what is wrong, or that nothing is. */
  static List<Condition> degraded(
      List<Condition> conditions,
      boolean degraded,
      String reason,
      String message,
      long generation,
      Instant now) {
    return set(
        conditions,
        DEGRADED,
        Truth.of(degraded),
        degraded ? reason : "AsWanted",
        degraded ? message : "nothing is known to be wrong",
        generation,
        now);
  }

  /** The list without the condition of this type. */
  static List<Condition> without(List<Condition> conditions, String type) {
    return conditions.stream().filter(c -> !c.getType().equals(type)).toList();
  }

  private static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE - 1) + "…";
  }

  static boolean isTrue(List<Condition> conditions, String type) {
    return find(conditions, type).filter(c -> c.getStatus().equals(Truth.TRUE.text)).isPresent();
  }

  static Optional<Condition> find(List<Condition> conditions, String type) {
    return conditions.stream().filter(c -> c.getType().equals(type)).findFirst();
  }

  /** What a condition says of its type. */
  enum Truth {
    TRUE("True"),
    FALSE("False"),
    UNKNOWN("Unknown");

    final String text;

    Truth(String text) {
      this.text = text;
    }

    static Truth of(boolean truth) {
      return truth ? TRUE : FALSE;
    }
  }
}
