package dev.skep.operator.image;

import dev.skep.api.v1alpha1.Failure;
import java.time.Instant;

/** How far the pull of an image has come. */
public sealed interface Pull {
  /** Under way; its program is told when it is over. */
  record Pulling() implements Pull {}

  /** Here. */
  record Pulled(InspectedImage image) implements Pull {}

  /**
   * It failed.
   *
   * @param retryAt when it is tried again by itself
   */
  record PullFailed(Failure failure, Instant retryAt) implements Pull {}
}
