package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import java.util.Optional;

/**
 * One hook with its one target. Most attachments are kernel links, which a pin keeps; some the
 * kernel keeps by itself until it is told to end them.
 */
public sealed interface HookType permits LinkHook, KeptHook {

  /** Why the target is not there, or empty when it is or only attaching can tell. Cheap. */
  Optional<Failure> missing();

  /** Refuses what has no target, for hooks that would only find out in worse words. */
  default void requireTarget() {
    missing()
        .ifPresent(
            failure -> {
              throw failure.toException();
            });
  }

  /** Whether an attachment can be given another program, with no event between the two. */
  default boolean replacesInPlace() {
    return false;
  }

  /** Whether its target is found in a network namespace, and in that one only. */
  default boolean isOfNetwork() {
    return false;
  }
}
