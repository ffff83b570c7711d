package dev.skep.node.hook;

import dev.skep.api.v1alpha1.hook.InterfaceHook;
import dev.skep.node.libbpf.NetworkLinks.Beside;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Where a program stands among ours of an interface: by priority, and by age where that is one. */
final class Ordered {
  /** Ids only rise, so the younger link has the higher one. */
  private static final Comparator<Neighbour> ORDER =
      Comparator.comparingInt(Ordered::priority).thenComparingInt(Neighbour::linkId);

  private Ordered() {}

  private static int priority(Neighbour neighbour) {
    return ((InterfaceHook) neighbour.hook()).priority();
  }

  /**
   * The link to stand beside: before the first that comes later, else after the last of ours, so
   * that whatever is not ours keeps its place. Empty where nothing of ours is there.
   */
  static Optional<Beside> place(int priority, List<Neighbour> there) {
    Optional<Beside> before =
        there.stream()
            .filter(n -> priority(n) > priority)
            .min(ORDER)
            .map(n -> new Beside(n.linkId(), true));
    return before.or(() -> there.stream().max(ORDER).map(n -> new Beside(n.linkId(), false)));
  }
}
