package dev.skep.node.libbpf;

import java.util.Map;

/**
 * How the kernel lays out a table of functions that it calls (struct_ops), as the value of a map.
 *
 * @param size bytes of the value
 * @param fields of the table proper, by name
 */
public record KernelTable(int size, Map<String, Field> fields) {
  /**
   * @param offset bytes from the value's start
   * @param size bytes; 0 for a bit field
   */
  public record Field(int offset, int size) {}
}
