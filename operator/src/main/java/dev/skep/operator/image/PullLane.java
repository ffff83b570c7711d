package dev.skep.operator.image;

import dev.skep.api.v1alpha1.Failure;
import java.time.Instant;
import java.util.Optional;
import java.util.function.IntFunction;

/** The pulls of one program, one at a time. */
final class PullLane {
  /** One try. */
  record Attempt(PullRequest request, long number) {}

  private PullRequest request;
  private Pull outcome = new Pull.Pulling();
  private Instant due = Instant.MIN;
  private long number;
  private boolean running;
  private int failures;

  /** The attempt to make now, if one is due. */
  synchronized Optional<Attempt> next(PullRequest wanted, Instant now) {
    if (!wanted.isSameImage(request) || isOverruled(wanted)) {
      outcome = new Pull.Pulling();
      due = Instant.MIN;
      running = false;
      failures = 0;
    }
    boolean first = outcome instanceof Pull.Pulling;
    request = wanted;
    if (running || now.isBefore(due)) {
      return Optional.empty();
    }
    running = true;
    // A known digest saves the first look-up only: a followed tag is looked up when that is due.
    PullRequest attempted =
        first || !wanted.followTag()
            ? wanted
            : new PullRequest(wanted.program(), wanted.reference(), wanted.secrets(), null, true);
    return Optional.of(new Attempt(attempted, ++number));
  }

  /** Another operator decided for another digest, and its word is written. */
  private boolean isOverruled(PullRequest wanted) {
    return !wanted.followTag()
        && wanted.knownDigest() != null
        && outcome instanceof Pull.Pulled(InspectedImage image)
        && !image.image().digest().equals(wanted.knownDigest());
  }

  synchronized void succeeded(Attempt attempt, InspectedImage image, Instant nextLook) {
    if (attempt.number() == number) {
      running = false;
      failures = 0;
      outcome = new Pull.Pulled(image);
      due = nextLook;
    }
  }

  synchronized void failed(Attempt attempt, Failure failure, IntFunction<Instant> retryAt) {
    if (attempt.number() == number) {
      running = false;
      failures++;
      due = retryAt.apply(failures);
      outcome = new Pull.PullFailed(failure, due);
    }
  }

  synchronized Pull outcome() {
    return outcome;
  }

  /** When the next attempt is to be made; null while one is under way. */
  synchronized Instant due() {
    return running ? null : due;
  }
}
