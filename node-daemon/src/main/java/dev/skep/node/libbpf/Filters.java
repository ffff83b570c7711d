package dev.skep.node.libbpf;

import java.util.OptionalInt;

/**
 * Programs as filters of an interface's traffic control, below its clsact queueing discipline.
 * Every method throws {@link NativeError} when the kernel says no. Thread-safe.
 */
public interface Filters {
  /** This process's libbpf. */
  static Filters get() {
    Symbols.requireLibbpf();
    return NativeFilters.INSTANCE;
  }

  /**
   * A filter's place, by the interface's index in the calling thread's network namespace.
   *
   * @param priority 1 to 65535; lower runs first
   */
  record Place(int ifindex, boolean ingress, int priority) {}

  /** Gives an interface its clsact; one that has it keeps it. */
  void prepare(int ifindex);

  /** Takes an interface's clsact away, and every filter there is below it. */
  void clear(int ifindex);

  /** Puts a program at a place; EEXIST where a filter stands. */
  void attach(Place place, Fd program);

  /** Lets another program take a place where one stands; no packet sees neither. */
  void replace(Place place, Fd program);

  /** The kernel's id of the program at a place. */
  OptionalInt program(Place place);

  /** Ends a filter; one that is gone is no error. */
  void detach(Place place);
}
