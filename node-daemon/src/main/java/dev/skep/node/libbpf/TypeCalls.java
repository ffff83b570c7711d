package dev.skep.node.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The functions of libbpf's btf.h that read types, each one call. */
final class TypeCalls {
  private static final MethodHandle LOAD_VMLINUX_BTF =
      Symbols.libbpf("btf__load_vmlinux_btf", FunctionDescriptor.of(ADDRESS), Symbols.ERRNO);
  private static final MethodHandle TYPE_BY_ID =
      Symbols.libbpf("btf__type_by_id", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
  private static final MethodHandle NAME_BY_OFFSET =
      Symbols.libbpf("btf__name_by_offset", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
  private static final MethodHandle RESOLVE_SIZE =
      Symbols.libbpf("btf__resolve_size", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_INT));

  private TypeCalls() {}

  static MemorySegment ofKernel(MemorySegment errno) {
    try {
      return (MemorySegment) LOAD_VMLINUX_BTF.invokeExact(errno);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static MemorySegment type(MemorySegment btf, int id) {
    try {
      return (MemorySegment) TYPE_BY_ID.invokeExact(btf, id);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static MemorySegment name(MemorySegment btf, int offset) {
    try {
      return (MemorySegment) NAME_BY_OFFSET.invokeExact(btf, offset);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int size(MemorySegment btf, int id) {
    try {
      return (int) (long) RESOLVE_SIZE.invokeExact(btf, id);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }
}
