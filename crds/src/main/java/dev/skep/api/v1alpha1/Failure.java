package dev.skep.api.v1alpha1;

import java.util.Objects;

/**
 * One thing that went wrong, as a value.
 *
 * @param reason the kind of failure
 * @param message one or more lines for the user, from the words of the specification to the cause,
 *     naming what to do
 * @param function the ELF function concerned, or null when the failure is not about one
 */
public record Failure(Reason reason, String message, String function) {
  public Failure {
    Objects.requireNonNull(reason);
    Objects.requireNonNull(message);
  }

  public static Failure of(Reason reason, String message) {
    return new Failure(reason, message, null);
  }

  public static Failure of(Reason reason, String message, String function) {
    return new Failure(reason, message, function);
  }

  /** The same failure as an exception, to leave an edge (registry, native call, file) with. */
  public Refusal toException() {
    return new Refusal(this);
  }
}
