package dev.skep.node.plan;

import dev.skep.node.kernel.DeclaredMap;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.ObservedLink;
import dev.skep.node.kernel.WantedLink;
import java.util.List;

/** One thing to do to the kernel. A plan is a list of them, done in order. */
public sealed interface Step {
  /**
   * Load the wanted object.
   *
   * @param key the load to make
   * @param reuse loads whose maps are taken over, newest first
   */
  record Load(LoadKey key, List<LoadKey> reuse) implements Step {}

  /**
   * Bring the maps of a load to what is declared for them, before anything is attached to use it.
   *
   * @param attached whether the load runs already: then it goes on, whatever its maps hold
   */
  record Fill(LoadKey key, List<DeclaredMap> maps, boolean attached) implements Step {}

  /** Attach one function to one target. */
  record AttachLink(LoadKey key, WantedLink link) implements Step {}

  /** Let an existing link run another load's function, or the same in another order, in place. */
  record ReplaceLink(ObservedLink link, LoadKey to, WantedLink wanted) implements Step {}

  /** Take one link away. */
  record DetachLink(ObservedLink link) implements Step {}

  /** Remove a load that has no links any more. */
  record Unload(LoadKey key) implements Step {}
}
