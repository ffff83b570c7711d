package dev.skep.node.libbpf;

/**
 * Tables of functions that the kernel calls: maps of type struct_ops. Every method throws {@link
 * NativeError} when the kernel says no; ENOENT where it does not know such tables. Thread-safe.
 */
public interface FunctionTables {
  /** enum bpf_map_type */
  int MAP_TYPE = 26;

  /** This process's libbpf. */
  static FunctionTables get() {
    Symbols.requireLibbpf();
    return NativeFunctionTables.INSTANCE;
  }

  /** The layout of a table by its struct's name, e.g. tcp_congestion_ops. Takes milliseconds. */
  KernelTable layout(String struct);

  /**
   * Gives a map its value, once; EBUSY when it has one. A map that takes links waits for one, any
   * other is registered by this.
   */
  void fill(Fd map, byte[] value);

  /** Registers a map that was filled. */
  Fd register(Fd map);

  /** Lets a link stand for another map that was filled: the table changes in place. */
  void update(Fd link, Fd map);

  /** Whether a map has its value. */
  boolean filled(Fd map);

  /** Whether a map is registered. */
  boolean registered(Fd map);

  /** Ends the registration of a map that takes no links; ENOENT when there is none. */
  void unregister(Fd map);
}
