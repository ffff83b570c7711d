package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Direction;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Filters;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.Network;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Packets at an interface's traffic control where the kernel has no TCX: a filter below clsact.
 * Each priority of ours is a range of the kernel's, so that programs of the same one stand in the
 * order in which they were attached. The kernel's number is what is kept.
 */
record ClsactHook(Tc hook, Host host, Network network) implements KeptHook {
  /** The kernel's priorities go to 65535, ours to 1000. */
  private static final int RANGE = 64;

  private Device device() {
    return Device.of(hook, network, host);
  }

  @Override
  public Optional<Failure> missing() {
    return device().missing();
  }

  private Filters.Place place(int ifindex, int priority) {
    return new Filters.Place(ifindex, hook.direction() == Direction.Ingress, priority);
  }

  private static int first(int priority) {
    return 1 + priority * RANGE;
  }

  @Override
  public String attach(LoadedProgram program) {
    int ifindex = device().requireIndex();
    int first = first(hook.priority());
    int next =
        host.neighbours().find(network, this::sharesPriority).stream()
            .mapToInt(n -> Integer.parseInt(n.kept()) + 1)
            .max()
            .orElse(first);
    host.filters().prepare(ifindex);
    for (int tried = 0; tried < RANGE; tried++) {
      // Behind the last; where that was the end of the range, in a gap that one left.
      int priority = first + (next - first + tried) % RANGE;
      try {
        host.filters().attach(place(ifindex, priority), program.fd());
        return Integer.toString(priority);
      } catch (NativeError e) {
        if (e.errno() != Errno.EEXIST) {
          throw e;
        }
        // It may be ours from a process that ended before it could write that down.
        if (host.filters().program(place(ifindex, priority)).equals(OptionalInt.of(id(program)))) {
          return Integer.toString(priority);
        }
      }
    }
    throw new Refusal(
        Reason.HookBusy,
        "tc: interface %s has %d filters of priority %d: choose another one"
            .formatted(device().name(), RANGE, hook.priority()));
  }

  private int id(LoadedProgram program) {
    return host.libbpf().programInfo(program.fd()).id();
  }

  private boolean sharesPriority(Hook other) {
    return other instanceof Tc tc
        && tc.interfaces().equals(hook.interfaces())
        && tc.direction() == hook.direction()
        && tc.priority().equals(hook.priority());
  }

  private Optional<Filters.Place> place(String kept) {
    OptionalInt index = device().index();
    return index.isEmpty()
        ? Optional.empty()
        : Optional.of(place(index.getAsInt(), Integer.parseInt(kept)));
  }

  @Override
  public OptionalInt attached(String kept, LoadedProgram program) {
    Optional<Filters.Place> place = place(kept);
    return place.isEmpty() ? OptionalInt.empty() : host.filters().program(place.get());
  }

  @Override
  public boolean replacesInPlace() {
    return true;
  }

  @Override
  public void replace(String kept, LoadedProgram by) {
    host.filters().replace(place(device().requireIndex(), Integer.parseInt(kept)), by.fd());
  }

  /** Another's filter that took the place is left alone, and so is the clsact. */
  @Override
  public void detach(String kept, LoadedProgram program) {
    place(kept)
        .filter(p -> host.filters().program(p).equals(OptionalInt.of(id(program))))
        .ifPresent(host.filters()::detach);
  }

  @Override
  public boolean isOfNetwork() {
    return true;
  }
}
