package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Failure;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    links = List.copyOf(once(links));
    without = List.copyOf(without);
  }

  /** Of a function on a target that is named twice, as eth0 and as primary, the first counts. */
  private static Collection<WantedLink> once(List<WantedLink> links) {
    Map<List<String>, WantedLink> first = new LinkedHashMap<>();
    links.forEach(link -> first.putIfAbsent(List.of(link.function(), link.target()), link));
    return first.values();
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
