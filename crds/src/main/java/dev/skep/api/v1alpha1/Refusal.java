package dev.skep.api.v1alpha1;

/** A {@link Failure} that leaves an edge: a registry, a native call, a file. */
public final class Refusal extends RuntimeException {
  private final Failure failure;

  public Refusal(Failure failure) {
    this(failure, null);
  }

  public Refusal(Failure failure, Throwable cause) {
    super(failure.message(), cause);
    this.failure = failure;
  }

  public Refusal(Reason reason, String message) {
    this(Failure.of(reason, message));
  }

  public Refusal(Reason reason, String message, Throwable cause) {
    this(Failure.of(reason, message), cause);
  }

  public Failure failure() {
    return failure;
  }
}
