package dev.skep.node.target;

import java.util.List;

/**
 * One place of a static probe.
 *
 * @param offset of its instruction in the file
 * @param semaphore offset in the file of the counter that tells the binary that somebody looks, or
 *     0 when it has none
 * @param arguments where its values are when the place is reached
 */
public record UsdtProbe(long offset, long semaphore, List<UsdtArgument> arguments) {
  public UsdtProbe {
    arguments = List.copyOf(arguments);
  }
}
