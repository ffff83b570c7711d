package dev.skep.node.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The functions of libbpf/bpf.h that change entries of a map, each one call. */
final class MapCalls {
  private static final FunctionDescriptor INT_INT_PTR =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS);
  private static final FunctionDescriptor INT_INT_PTR_PTR_LONG =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
  private static final FunctionDescriptor INT_INT_PTR_PTR_PTR_PTR =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);

  private static final MethodHandle MAP_UPDATE_ELEM =
      Symbols.libbpf("bpf_map_update_elem", INT_INT_PTR_PTR_LONG);
  private static final MethodHandle MAP_DELETE_ELEM =
      Symbols.libbpf("bpf_map_delete_elem", INT_INT_PTR);
  private static final MethodHandle MAP_UPDATE_BATCH =
      Symbols.libbpf("bpf_map_update_batch", INT_INT_PTR_PTR_PTR_PTR);

  private MapCalls() {}

  static int update(int map, MemorySegment key, MemorySegment value, long flags) {
    try {
      return (int) MAP_UPDATE_ELEM.invokeExact(map, key, value, flags);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int delete(int map, MemorySegment key) {
    try {
      return (int) MAP_DELETE_ELEM.invokeExact(map, key);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int updateBatch(
      int map,
      MemorySegment keys,
      MemorySegment values,
      MemorySegment count,
      MemorySegment options) {
    try {
      return (int) MAP_UPDATE_BATCH.invokeExact(map, keys, values, count, options);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }
}
