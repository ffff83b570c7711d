package dev.skep.node.plan;

import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.ObservedLink;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.kernel.WantedLink;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Desired and observed state of one program in, steps out. No I/O, no clock.
 *
 * <p>Make before break: what is attached stays attached until what follows it is. Each step leaves
 * a state that can be planned from again, so a crash between two of them loses nothing.
 */
public final class Planner {
  private final Predicate<Hook> replacesInPlace;
  private final List<Step> steps = new ArrayList<>();

  private Planner(Predicate<Hook> replacesInPlace) {
    this.replacesInPlace = replacesInPlace;
  }

  /**
   * The steps from observed to desired, in order; none when they agree.
   *
   * @param desired what the program shall be; empty to let go of it
   * @param observed every load of this program, and of no other
   * @param replacesInPlace whether a hook's links can change their program
   */
  public static List<Step> plan(
      Optional<Desired> desired, List<ObservedLoad> observed, Predicate<Hook> replacesInPlace) {
    Planner planner = new Planner(replacesInPlace);
    planner.plan(desired, observed);
    return List.copyOf(planner.steps);
  }

  private void plan(Optional<Desired> desired, List<ObservedLoad> observed) {
    List<ObservedLink> old = new ArrayList<>();
    observed.forEach(load -> old.addAll(load.links()));
    List<LoadKey> loads = newestFirst(observed);
    if (desired.isPresent()) {
      LoadKey key = desired.get().key();
      load(desired.get(), observed, old, loads);
      desired.get().fill().ifPresent(maps -> steps.add(new Step.Fill(key, maps)));
      loads.remove(key);
      for (WantedLink link : desired.get().links()) {
        attach(key, link, old);
      }
    }
    old.forEach(link -> steps.add(new Step.DetachLink(link)));
    loads.forEach(load -> steps.add(new Step.Unload(load)));
  }

  private void load(
      Desired desired, List<ObservedLoad> observed, List<ObservedLink> old, List<LoadKey> loads) {
    Optional<ObservedLoad> standing =
        observed.stream().filter(load -> load.key().equals(desired.key())).findFirst();
    if (standing.isPresent()
        && standing.get().programs().keySet().containsAll(desired.functions())) {
      return;
    }
    // Somebody removed program pins by hand: the load cannot be completed, only made anew.
    standing.ifPresent(
        broken -> {
          broken.links().forEach(link -> steps.add(new Step.DetachLink(link)));
          old.removeAll(broken.links());
          steps.add(new Step.Unload(broken.key()));
          loads.remove(broken.key());
        });
    steps.add(new Step.Load(desired.key(), List.copyOf(loads)));
  }

  /** Takes what serves the link out of {@code old}; what is left there in the end is detached. */
  private void attach(LoadKey key, WantedLink wanted, List<ObservedLink> old) {
    List<ObservedLink> same =
        old.stream()
            .filter(l -> l.target().equals(wanted.target()))
            .filter(l -> l.function().equals(wanted.function()) || exclusive(wanted.hook()))
            .toList();
    Optional<ObservedLink> standing =
        same.stream()
            .filter(l -> l.alive() && l.load().equals(key))
            .filter(l -> l.function().equals(wanted.function()))
            .findFirst();
    if (standing.isPresent()) {
      old.remove(standing.get());
      return;
    }
    // A dead link holds no target, but it may hold the pin's name.
    same.stream().filter(l -> !l.alive()).forEach(dead -> detachNow(dead, old));
    Optional<ObservedLink> former = same.stream().filter(ObservedLink::alive).findFirst();
    if (former.isPresent() && replacesInPlace.test(wanted.hook())) {
      steps.add(new Step.ReplaceLink(former.get(), key, wanted.function()));
      old.remove(former.get());
      return;
    }
    // The same interface in another XDP mode: the kernel allows one, and no link changes its mode.
    old.stream()
        .filter(l -> inTheWay(l.hook(), wanted.hook()))
        .toList()
        .forEach(l -> detachNow(l, old));
    steps.add(new Step.AttachLink(key, wanted));
    former.ifPresent(link -> detachNow(link, old));
  }

  private void detachNow(ObservedLink link, List<ObservedLink> old) {
    steps.add(new Step.DetachLink(link));
    old.remove(link);
  }

  /** One program at a time: an old link must be turned over, a second one cannot be made beside. */
  private static boolean exclusive(Hook hook) {
    return hook instanceof Xdp;
  }

  private static boolean inTheWay(Hook observed, Hook wanted) {
    return observed instanceof Xdp a
        && wanted instanceof Xdp b
        && !Collections.disjoint(a.interfaces(), b.interfaces());
  }

  /** Kernel ids only rise, so the highest program id is the newest load. */
  private static List<LoadKey> newestFirst(List<ObservedLoad> observed) {
    Comparator<ObservedLoad> byAge =
        Comparator.comparing(
            load -> load.programs().values().stream().mapToInt(Integer::intValue).max().orElse(0));
    return new ArrayList<>(
        observed.stream().sorted(byAge.reversed()).map(ObservedLoad::key).toList());
  }
}
