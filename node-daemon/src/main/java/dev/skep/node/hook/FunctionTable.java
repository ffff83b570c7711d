package dev.skep.node.hook;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/**
 * A table of functions as this kernel lays it out, but for the functions themselves, whose
 * descriptors are another process's tomorrow.
 *
 * @param value what a map of it holds
 * @param functions by their offset in the value
 */
public record FunctionTable(byte[] value, Map<Integer, String> functions) {
  public FunctionTable {
    functions = Map.copyOf(functions);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FunctionTable table
        && Arrays.equals(value, table.value)
        && functions.equals(table.functions);
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.hashCode(value), functions);
  }
}
