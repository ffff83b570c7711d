package dev.skep.node.hook;

import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.node.target.Network;
import java.util.List;
import java.util.function.Predicate;

/**
 * Another attachment of ours that the kernel shows.
 *
 * @param hook what it was made for
 * @param linkId the kernel's id of its link; 0 where it has none
 * @param kept what names it where it has none
 */
public record Neighbour(Hook hook, int linkId, String kept) {
  /** Finds attachments of ours. */
  @FunctionalInterface
  public interface Finder {
    /** Those of a network namespace whose hook is like this. */
    List<Neighbour> find(Network network, Predicate<Hook> like);
  }
}
