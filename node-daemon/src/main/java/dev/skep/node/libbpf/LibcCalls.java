package dev.skep.node.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The functions of libc, each one call; the first argument receives errno where there is one. */
final class LibcCalls {
  private static final FunctionDescriptor INT_PTR = FunctionDescriptor.of(JAVA_INT, ADDRESS);
  private static final FunctionDescriptor INT_PTR_INT =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);

  private static final MethodHandle CLOSE =
      Symbols.libc("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle OPEN =
      Symbols.libc("open", INT_PTR_INT, Symbols.ERRNO, Linker.Option.firstVariadicArg(2));
  private static final MethodHandle MKDIR = Symbols.libc("mkdir", INT_PTR_INT, Symbols.ERRNO);
  private static final MethodHandle RMDIR = Symbols.libc("rmdir", INT_PTR, Symbols.ERRNO);
  private static final MethodHandle UNLINK = Symbols.libc("unlink", INT_PTR, Symbols.ERRNO);
  private static final MethodHandle RENAME =
      Symbols.libc("rename", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS), Symbols.ERRNO);
  private static final MethodHandle IF_NAMETOINDEX = Symbols.libc("if_nametoindex", INT_PTR);
  private static final MethodHandle IOCTL =
      Symbols.libc(
          "ioctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
          Symbols.ERRNO,
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle SYSCALL =
      Symbols.libc(
          "syscall",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG),
          Symbols.ERRNO,
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle SYSCALL_BPF =
      Symbols.libc(
          "syscall",
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG),
          Symbols.ERRNO,
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle SYSCALL_OPEN =
      Symbols.libc(
          "syscall",
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG),
          Symbols.ERRNO,
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle STRERROR =
      Symbols.libc("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));
  private static final MethodHandle VSNPRINTF =
      Symbols.libc(
          "vsnprintf", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));

  private LibcCalls() {}

  static int close(int fd) {
    try {
      return (int) CLOSE.invokeExact(fd);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int open(MemorySegment errno, MemorySegment path, int flags) {
    try {
      return (int) OPEN.invokeExact(errno, path, flags);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int mkdir(MemorySegment errno, MemorySegment path, int mode) {
    try {
      return (int) MKDIR.invokeExact(errno, path, mode);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int rmdir(MemorySegment errno, MemorySegment path) {
    try {
      return (int) RMDIR.invokeExact(errno, path);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int unlink(MemorySegment errno, MemorySegment path) {
    try {
      return (int) UNLINK.invokeExact(errno, path);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int rename(MemorySegment errno, MemorySegment from, MemorySegment to) {
    try {
      return (int) RENAME.invokeExact(errno, from, to);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int ifNameToIndex(MemorySegment name) {
    try {
      return (int) IF_NAMETOINDEX.invokeExact(name);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int ioctl(MemorySegment errno, int fd, long request, long argument) {
    try {
      return (int) IOCTL.invokeExact(errno, fd, request, argument);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  /** perf_event_open(2) has no wrapper in libc. */
  static int perfEventOpen(
      MemorySegment errno,
      long number,
      MemorySegment attr,
      int pid,
      int cpu,
      int group,
      long flags) {
    try {
      return (int) (long) SYSCALL.invokeExact(errno, number, attr, pid, cpu, group, flags);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  /** bpf(2) has none either. */
  static int bpf(MemorySegment errno, long number, long command, MemorySegment attr, long size) {
    try {
      return (int) (long) SYSCALL_BPF.invokeExact(errno, number, command, attr, size);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  /** openat2(2) neither. */
  static int openat2(
      MemorySegment errno,
      long number,
      long folder,
      MemorySegment path,
      MemorySegment how,
      long size) {
    try {
      return (int) (long) SYSCALL_OPEN.invokeExact(errno, number, folder, path, how, size);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static MemorySegment strerror(int errno) {
    try {
      return (MemorySegment) STRERROR.invokeExact(errno);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int vsnprintf(MemorySegment to, long size, MemorySegment format, MemorySegment arguments) {
    try {
      return (int) VSNPRINTF.invokeExact(to, size, format, arguments);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }
}
