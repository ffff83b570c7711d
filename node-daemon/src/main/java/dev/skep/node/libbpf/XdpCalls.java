package dev.skep.node.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The functions behind {@link Xdp}, each one call. */
final class XdpCalls {
  private static final FunctionDescriptor INT_INT = FunctionDescriptor.of(JAVA_INT, JAVA_INT);

  private static final MethodHandle XDP_ATTACH =
      Symbols.libbpf(
          "bpf_xdp_attach", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle MAP_GET_FD_BY_ID =
      Symbols.libbpf("bpf_map_get_fd_by_id", INT_INT);
  private static final MethodHandle BTF_LOAD_FROM_KERNEL_BY_ID =
      Symbols.libbpf(
          "btf__load_from_kernel_by_id", FunctionDescriptor.of(ADDRESS, JAVA_INT), Symbols.ERRNO);
  private static final MethodHandle BTF_FIND_BY_NAME_KIND =
      Symbols.libbpf(
          "btf__find_by_name_kind", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
  private static final MethodHandle BTF_FREE =
      Symbols.libbpf("btf__free", FunctionDescriptor.ofVoid(ADDRESS));
  private static final MethodHandle FLOCK =
      Symbols.libc("flock", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), Symbols.ERRNO);
  private static final MethodHandle FCNTL =
      Symbols.libc(
          "fcntl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
          Symbols.ERRNO,
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle SYSCALL =
      Symbols.libc(
          "syscall",
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT),
          Symbols.ERRNO,
          Linker.Option.firstVariadicArg(1));

  private XdpCalls() {}

  static int attach(int ifindex, int program, int flags, MemorySegment options) {
    try {
      return (int) XDP_ATTACH.invokeExact(ifindex, program, flags, options);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int mapById(int id) {
    try {
      return (int) MAP_GET_FD_BY_ID.invokeExact(id);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static MemorySegment btfById(MemorySegment errno, int id) {
    try {
      return (MemorySegment) BTF_LOAD_FROM_KERNEL_BY_ID.invokeExact(errno, id);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int findInBtf(MemorySegment btf, MemorySegment name, int kind) {
    try {
      return (int) BTF_FIND_BY_NAME_KIND.invokeExact(btf, name, kind);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static void freeBtf(MemorySegment btf) {
    try {
      BTF_FREE.invokeExact(btf);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int fcntl(MemorySegment errno, int fd, int command, int argument) {
    try {
      return (int) FCNTL.invokeExact(errno, fd, command, argument);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static long membarrier(MemorySegment errno, long number, int command, int flags) {
    try {
      return (long) SYSCALL.invokeExact(errno, number, command, flags, 0);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int flock(MemorySegment errno, int fd, int operation) {
    try {
      return (int) FLOCK.invokeExact(errno, fd, operation);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }
}
