package dev.skep.node.libbpf;

/**
 * Links of programs that walk things of the kernel. Every method throws {@link NativeError} when
 * the kernel says no. Thread-safe.
 */
public interface Iterators {
  /** This process's libbpf. */
  static Iterators get() {
    Symbols.requireLibbpf();
    return NativeIterators.INSTANCE;
  }

  /** Makes an iterator over everything of its kind. */
  Fd overAll(Fd program);

  /** Makes an iterator over the elements of a map. */
  Fd overMap(Fd program, Fd map);

  /** Makes an iterator over control groups, from one down. */
  Fd overCgroups(Fd program, Fd cgroup);
}
