package dev.skep.node.plan;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.node.kernel.DeclaredMap;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.WantedLink;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one program shall be in the kernel.
 *
 * @param key the load that shall stand
 * @param functions the programs of it that shall be loaded
 * @param links where they shall be attached; none when the program is only verified
 * @param without why attachments that are wanted have no target now; nothing that a plan can do
 * @param fill what its maps shall hold, if they have to be brought to it
 */
public record Desired(
    LoadKey key,
    Set<String> functions,
    List<WantedLink> links,
    List<Failure> without,
    Optional<List<DeclaredMap>> fill) {
  public Desired {
    functions = Set.copyOf(functions);
    links = List.copyOf(links);
    without = List.copyOf(without);
  }

  public Desired(LoadKey key, Set<String> functions, List<WantedLink> links) {
    this(key, functions, links, List.of());
  }

  public Desired(
      LoadKey key, Set<String> functions, List<WantedLink> links, List<Failure> without) {
    this(key, functions, links, without, Optional.empty());
  }

  /** The same, of which links of some functions need not be. */
  public Desired required(Set<String> optional) {
    List<WantedLink> must = links.stream().filter(l -> !optional.contains(l.function())).toList();
    return new Desired(key, functions, must, without, fill);
  }

  /** The same, with its maps brought to what is declared for them. */
  public Desired filling(Optional<List<DeclaredMap>> maps) {
    return new Desired(key, functions, links, without, maps);
  }
}
