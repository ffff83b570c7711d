package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Failure;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an attachment means on this node, now.
 *
 * @param links one for each target that is there, or is named and may come
 * @param without why there is none for a pattern or selector: nothing that matches, of reason
 *     NoTarget, or what it is looked for in is not there
 */
public record Expansion(List<WantedLink> links, List<Failure> without) {
  public Expansion {
    links = List.copyOf(links);
    without = List.copyOf(without);
  }

  public static Expansion of(List<WantedLink> links) {
    return new Expansion(links, List.of());
  }

  public static Expansion none(Failure why) {
    return new Expansion(List.of(), List.of(why));
  }

  public Expansion and(Expansion other) {
    return new Expansion(
        Stream.concat(links.stream(), other.links.stream()).toList(),
        Stream.concat(without.stream(), other.without.stream()).toList());
  }
}
