package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.InterfaceHook;
import dev.skep.artifact.text.Names;
import dev.skep.node.hook.Words;
import dev.skep.node.target.Glob;
import dev.skep.node.target.Network;
import dev.skep.node.target.NetworkView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which interfaces of a network namespace an attachment means. */
final class InterfaceTargets {
  /** The word for the interface of the default route. */
  static final String PRIMARY = "primary";

  private static final int NAMED_AT_MOST = 8;

  private final String function;
  private final InterfaceHook hook;
  private final NetworkView view;
  private final Set<String> found = new LinkedHashSet<>();
  private final List<Failure> missing = new ArrayList<>();

  private InterfaceTargets(String function, InterfaceHook hook, NetworkView view) {
    this.function = function;
    this.hook = hook;
    this.view = view;
  }

  /**
   * A name that is not there is missed by itself, for it was meant. Patterns are alternatives: they
   * are missed only when none of the attachment found anything.
   */
  static Expansion in(NetworkView view, String function, InterfaceHook hook) {
    InterfaceTargets targets = new InterfaceTargets(function, hook, view);
    hook.interfaces().forEach(targets::find);
    return targets.expansion();
  }

  /** Whether an attachment asks for the primary interface. */
  static boolean wantsPrimary(InterfaceHook hook) {
    return hook.interfaces().contains(PRIMARY);
  }

  /** A target in words, with where it is. */
  static String words(String words, Network network) {
    return network.inOwn() ? words : words + " in " + network.name();
  }

  private void find(String wanted) {
    if (wanted.equals(PRIMARY)) {
      view.primary().ifPresent(found::add);
    } else if (Glob.isPattern(wanted)) {
      Glob glob = new Glob(wanted);
      view.interfaces().keySet().stream().filter(glob::matches).forEach(found::add);
    } else if (view.interfaces().containsKey(wanted)) {
      found.add(wanted);
    } else {
      missing.add(absent(wanted));
    }
  }

  private Expansion expansion() {
    List<Failure> without = new ArrayList<>(missing);
    if (found.isEmpty() && missing.isEmpty()) {
      without.add(nothingMatches());
    }
    return new Expansion(found.stream().map(this::link).toList(), without);
  }

  private WantedLink link(String name) {
    InterfaceHook narrowed = hook.narrowed(name);
    return new WantedLink(
        function,
        narrowed,
        words(Words.of(narrowed), view.network()),
        view.network(),
        view.interfaces().get(name).index());
  }

  private Failure absent(String name) {
    Optional<String> near = Names.nearest(name, view.interfaces().keySet());
    return Failure.of(
        Reason.InterfaceNotFound,
        "interface "
            + name
            + " does not exist "
            + place()
            + near.map(n -> "; did you mean " + n + "?").orElseGet(this::there),
        function);
  }

  private Failure nothingMatches() {
    String why =
        hook.interfaces().equals(List.of(PRIMARY))
            ? "there is no default route, and so no primary interface, "
            : "no interface matches " + String.join(", ", hook.interfaces()) + " ";
    return Failure.of(Reason.NoTarget, why + place() + there(), function);
  }

  private String place() {
    return view.network().inOwn() ? "on this node" : "in " + view.network().name();
  }

  private String there() {
    Collection<String> names = view.interfaces().keySet();
    if (names.isEmpty()) {
      return "";
    }
    int more = names.size() - NAMED_AT_MOST;
    return "; it has "
        + String.join(", ", names.stream().limit(NAMED_AT_MOST).toList())
        + (more > 0 ? " and " + more + " more" : "");
  }
}
