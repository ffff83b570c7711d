package dev.skep.node.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The functions behind {@link Netlink}, each one call; the first argument receives errno. */
final class SocketCalls {
  private static final FunctionDescriptor BUFFER =
      FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final FunctionDescriptor BUFFER_FLAGS =
      FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);

  private static final MethodHandle SOCKET =
      Symbols.libc(
          "socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), Symbols.ERRNO);
  private static final MethodHandle BIND =
      Symbols.libc(
          "bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT), Symbols.ERRNO);
  private static final MethodHandle SETSOCKOPT =
      Symbols.libc(
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT),
          Symbols.ERRNO);
  private static final MethodHandle SEND = Symbols.libc("send", BUFFER_FLAGS, Symbols.ERRNO);
  private static final MethodHandle RECV = Symbols.libc("recv", BUFFER_FLAGS, Symbols.ERRNO);
  private static final MethodHandle READ = Symbols.libc("read", BUFFER, Symbols.ERRNO);
  private static final MethodHandle WRITE = Symbols.libc("write", BUFFER, Symbols.ERRNO);
  private static final MethodHandle EVENTFD =
      Symbols.libc("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), Symbols.ERRNO);
  private static final MethodHandle POLL =
      Symbols.libc(
          "poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT), Symbols.ERRNO);
  private static final MethodHandle SETNS =
      Symbols.libc("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), Symbols.ERRNO);

  private SocketCalls() {}

  static int socket(MemorySegment errno, int family, int type, int protocol) {
    try {
      return (int) SOCKET.invokeExact(errno, family, type, protocol);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int bind(MemorySegment errno, int fd, MemorySegment address, int length) {
    try {
      return (int) BIND.invokeExact(errno, fd, address, length);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int setOption(
      MemorySegment errno, int fd, int level, int option, MemorySegment value, int length) {
    try {
      return (int) SETSOCKOPT.invokeExact(errno, fd, level, option, value, length);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static long send(MemorySegment errno, int fd, MemorySegment from, long length, int flags) {
    try {
      return (long) SEND.invokeExact(errno, fd, from, length, flags);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static long receive(MemorySegment errno, int fd, MemorySegment to, long length, int flags) {
    try {
      return (long) RECV.invokeExact(errno, fd, to, length, flags);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static long read(MemorySegment errno, int fd, MemorySegment to, long length) {
    try {
      return (long) READ.invokeExact(errno, fd, to, length);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static long write(MemorySegment errno, int fd, MemorySegment from, long length) {
    try {
      return (long) WRITE.invokeExact(errno, fd, from, length);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int eventFd(MemorySegment errno, int initial, int flags) {
    try {
      return (int) EVENTFD.invokeExact(errno, initial, flags);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int poll(MemorySegment errno, MemorySegment files, long count, int milliseconds) {
    try {
      return (int) POLL.invokeExact(errno, files, count, milliseconds);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int setNamespace(MemorySegment errno, int fd, int type) {
    try {
      return (int) SETNS.invokeExact(errno, fd, type);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }
}
