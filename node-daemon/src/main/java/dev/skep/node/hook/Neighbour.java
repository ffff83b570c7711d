package dev.skep.node.hook;

import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.node.target.Network;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Another attachment of ours that the kernel shows.
 *
 * @param program whose it is, namespace/name
 * @param hook what it was made for
 * @param linkId the kernel's id of its link; 0 where it has none
 * @param kept what names it where it has none
 */
public record Neighbour(String program, Hook hook, int linkId, String kept) {
  /** In words, who of ours is there. */
  static Optional<String> holder(Host host, Network network, Predicate<Hook> like) {
    return host.neighbours().find(network, like).stream()
        .map(neighbour -> "BpfProgram " + neighbour.program())
        .findFirst();
  }

  /** Finds attachments of ours. */
  @FunctionalInterface
  public interface Finder {
    /** Those of a network namespace whose hook is like this. */
    List<Neighbour> find(Network network, Predicate<Hook> like);
  }
}
