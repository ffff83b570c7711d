package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.InterfaceHook;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.LinkInfo;
import dev.skep.node.libbpf.NetworkLinks.Beside;
import dev.skep.node.target.Network;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A hook of interfaces where the kernel keeps programs in order: among ours by priority, and by age
 * where that is one.
 */
sealed interface OrderedHook extends LinkHook permits NetkitHook, TcxHook {
  /** Ids only rise, so the younger link has the higher one. */
  Comparator<Neighbour> ORDER =
      Comparator.comparingInt(OrderedHook::priority).thenComparingInt(Neighbour::linkId);

  InterfaceHook hook();

  Network network();

  /** Whether another hook is of the same place. */
  boolean sharesPlace(Hook other);

  private static int priority(Neighbour neighbour) {
    return ((InterfaceHook) neighbour.hook()).priority();
  }

  default Device device() {
    return Device.of(hook(), network(), host());
  }

  /** Attaches in its place among ours. */
  default Fd attach(LoadedProgram program, int attachType) {
    int ifindex = device().requireIndex();
    List<Neighbour> there = host().neighbours().find(network(), this::sharesPlace);
    return host()
        .networkLinks()
        .ordered(program.fd(), ifindex, attachType, place(hook().priority(), there));
  }

  /**
   * The link to stand beside: before the first that comes later, else after the last of ours, so
   * that whatever is not ours keeps its place. Empty where nothing of ours is there.
   */
  private static Optional<Beside> place(int priority, List<Neighbour> there) {
    Optional<Beside> before =
        there.stream()
            .filter(n -> priority(n) > priority)
            .min(ORDER)
            .map(n -> new Beside(n.linkId(), true));
    return before.or(() -> there.stream().max(ORDER).map(n -> new Beside(n.linkId(), false)));
  }

  @Override
  default Optional<Failure> missing() {
    return device().missing();
  }

  @Override
  default boolean isOfNetwork() {
    return true;
  }

  @Override
  default boolean replacesInPlace() {
    return true;
  }

  @Override
  default boolean detachesAtOnce() {
    return true;
  }

  @Override
  default boolean holds(LinkInfo link) {
    return device().holds(link);
  }
}
