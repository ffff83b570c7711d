package dev.skep.node.plan;

import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.InterfaceHook;
import dev.skep.api.v1alpha1.hook.Netkit;
import dev.skep.api.v1alpha1.hook.Sockmap;
import dev.skep.api.v1alpha1.hook.Syscall;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.ObservedLink;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.kernel.WantedLink;
import java.util.ArrayList;
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
      // A renamed interface has the dead link of its old name on it, in the way of the new one.
      old.stream()
          .filter(l -> !l.alive() && l.hook() != null)
          .toList()
          .forEach(dead -> detachNow(dead, old));
      boolean attached = old.stream().anyMatch(l -> l.alive() && l.load().equals(key));
      desired.get().fill().ifPresent(maps -> steps.add(new Step.Fill(key, maps, attached)));
      loads.remove(key);
      List<WantedLink> links =
          desired.get().links().stream()
              .sorted(Comparator.comparingInt(link -> turn(link.hook())))
              .toList();
      links.forEach(link -> attach(key, link, links, old));
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
  private void attach(
      LoadKey key, WantedLink wanted, List<WantedLink> all, List<ObservedLink> old) {
    List<ObservedLink> same =
        old.stream()
            .filter(l -> l.target().equals(wanted.target()))
            .filter(
                l ->
                    l.function().equals(wanted.function())
                        || (isShared(wanted.hook()) && all.stream().noneMatch(w -> is(l, w))))
            .sorted(Comparator.comparing(l -> !l.function().equals(wanted.function())))
            .toList();
    Optional<ObservedLink> standing =
        same.stream()
            .filter(l -> l.alive() && l.load().equals(key))
            .filter(l -> l.function().equals(wanted.function()))
            .findFirst();
    if (standing.isPresent()) {
      if (isReordered(standing.get().hook(), wanted.hook())) {
        steps.add(new Step.ReplaceLink(standing.get(), key, wanted));
      }
      old.remove(standing.get());
      return;
    }
    // A dead link holds no target.
    same.stream().filter(l -> !l.alive()).forEach(dead -> detachNow(dead, old));
    Optional<ObservedLink> former = same.stream().filter(ObservedLink::alive).findFirst();
    if (former.isPresent() && replacesInPlace.test(wanted.hook())) {
      steps.add(new Step.ReplaceLink(former.get(), key, wanted));
      old.remove(former.get());
      return;
    }
    // The same interface in another XDP mode: the kernel allows one, and no link changes its mode.
    old.stream()
        .filter(l -> inTheWay(l, wanted) || isMoved(l, key, wanted))
        .toList()
        .forEach(l -> detachNow(l, old));
    steps.add(new Step.AttachLink(key, wanted));
    former.ifPresent(link -> detachNow(link, old));
  }

  private void detachNow(ObservedLink link, List<ObservedLink> old) {
    steps.add(new Step.DetachLink(link));
    old.remove(link);
  }

  private static boolean is(ObservedLink observed, WantedLink wanted) {
    return observed.function().equals(wanted.function())
        && observed.target().equals(wanted.target());
  }

  /**
   * One link for all programs: where the kernel lets only one run, what is no longer wanted there
   * must be turned over, since nothing can be made beside it.
   */
  private static boolean isShared(Hook hook) {
    return hook instanceof Xdp;
  }

  /**
   * When its turn is: what fills maps before what reads them; programs of a map's sockets before
   * those that put sockets in, since a socket keeps what the map had then.
   */
  private static int turn(Hook hook) {
    return switch (hook) {
      case Syscall run when run.run() == Syscall.When.BeforeAttach -> 0;
      case Sockmap _ -> 1;
      case Syscall _ -> 3;
      default -> 2;
    };
  }

  /** Its place among the others of the interface is another one, which changes in place. */
  private static boolean isReordered(Hook observed, Hook wanted) {
    return observed instanceof Xdp a
        && wanted instanceof Xdp b
        && !(a.priority().equals(b.priority()) && a.proceedOn().equals(b.proceedOn()));
  }

  private static boolean inTheWay(ObservedLink observed, WantedLink wanted) {
    return observed.hook() instanceof Xdp a
        && wanted.hook() instanceof Xdp b
        && a.mode() != b.mode()
        && withoutMode(observed.target()).equals(withoutMode(wanted.target()));
  }

  private static String withoutMode(String target) {
    return target.replaceAll(" (native|generic)\\b", "");
  }

  /**
   * A program stands once on an interface or tracepoint: at another priority, or with another
   * cookie, it can only when it left this one.
   */
  private static boolean isMoved(ObservedLink observed, LoadKey key, WantedLink wanted) {
    return observed.load().equals(key)
        && observed.function().equals(wanted.function())
        && (observed.hook() instanceof InterfaceHook a
                && wanted.hook() instanceof InterfaceHook b
                && samePlace(a, b)
            || observed.hook() instanceof Tracepoint c
                && wanted.hook() instanceof Tracepoint d
                && c.name().equals(d.name()));
  }

  private static boolean samePlace(InterfaceHook a, InterfaceHook b) {
    return a.interfaces().equals(b.interfaces())
        && switch (a) {
          case Tc tc -> b instanceof Tc other && tc.direction() == other.direction();
          case Netkit netkit -> b instanceof Netkit other && netkit.end() == other.end();
          case Xdp _ -> false;
        };
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
