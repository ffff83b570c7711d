package dev.skep.node.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** A datagram from one unix socket to another, both with an address: Java's own are streams. */
@SuppressWarnings("restricted") // No other way from Java.
final class TestDatagram {
  // sys/socket.h
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int ADDRESS = 110;

  private static final ValueLayout INT = ValueLayout.JAVA_INT;
  private static final ValueLayout LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout POINTER = ValueLayout.ADDRESS;

  private static final MethodHandle SOCKET = call("socket", INT, INT, INT, INT);
  private static final MethodHandle BIND = call("bind", INT, INT, POINTER, INT);
  private static final MethodHandle SEND =
      call("sendto", LONG, INT, POINTER, LONG, INT, POINTER, INT);
  private static final MethodHandle RECEIVE =
      call("recvfrom", LONG, INT, POINTER, LONG, INT, POINTER, POINTER);
  private static final MethodHandle CLOSE = call("close", INT, INT);

  private TestDatagram() {}

  private static MethodHandle call(String name, MemoryLayout answer, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(answer, arguments));
  }

  /** Sends it and takes it in. */
  static void send(Path from, Path to) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = address(arena, to);
      int sender = bound(address(arena, from));
      int receiver = bound(target);
      MemorySegment bytes = arena.allocate(1);
      require((long) SEND.invokeExact(sender, bytes, 1L, 0, target, ADDRESS) == 1);
      MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, ADDRESS);
      MemorySegment seen = arena.allocate(ADDRESS);
      require((long) RECEIVE.invokeExact(receiver, bytes, 1L, 0, seen, length) == 1);
      require((int) CLOSE.invokeExact(sender) == 0 && (int) CLOSE.invokeExact(receiver) == 0);
    } catch (Throwable e) {
      throw new IllegalStateException("no datagram from " + from + " to " + to, e);
    }
  }

  private static int bound(MemorySegment address) throws Throwable {
    int socket = (int) SOCKET.invokeExact(AF_UNIX, SOCK_DGRAM, 0);
    require(socket >= 0 && (int) BIND.invokeExact(socket, address, ADDRESS) == 0);
    return socket;
  }

  /** struct sockaddr_un. */
  private static MemorySegment address(Arena arena, Path path) {
    MemorySegment address = arena.allocate(ADDRESS);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
    address.setString(2, path.toString());
    return address;
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new IllegalStateException("the kernel says no");
    }
  }
}
