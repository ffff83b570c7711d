package dev.skep.node.libbpf;

import static dev.skep.node.libbpf.Layouts.POLL_FD;
import static dev.skep.node.libbpf.Layouts.SOCKADDR_NL;
import static dev.skep.node.libbpf.Layouts.at;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Netlink sockets and what goes with them, with errno read in the arena of the call. */
final class NativeNetlink implements Netlink {
  static final NativeNetlink INSTANCE = new NativeNetlink();

  // sys/socket.h, linux/netlink.h, sys/eventfd.h, poll.h, sched.h
  static final int AF_NETLINK = 16;
  static final int SOCK_RAW = 3;
  static final int NONBLOCK = 0x800;
  static final int CLOEXEC = 0x80000;
  static final int NETLINK_ROUTE = 0;
  static final int SOL_SOCKET = 1;
  static final int SO_RCVBUFFORCE = 33;
  static final int POLLIN = 1;
  static final int CLONE_NEWNET = 0x40000000;

  /** A thousand interfaces made at once are about 2 MB of messages. */
  private static final int RECEIVE_BUFFER = 4 << 20;

  /** The kernel makes no datagram of a dump longer than this. */
  private static final int DATAGRAM = 32 << 10;

  private static final int EINTR = 4;

  private NativeNetlink() {}

  private static long check(String call, MemorySegment errno, long result) {
    if (result < 0) {
      int code = NativeLibc.read(errno);
      throw new NativeError(call, code, Libc.get().text(code), List.of());
    }
    return result;
  }

  @Override
  public Fd routeSocket(int groups) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = NativeLibc.errno(arena);
      int type = SOCK_RAW | NONBLOCK | CLOEXEC;
      int number = SocketCalls.socket(errno, AF_NETLINK, type, NETLINK_ROUTE);
      Fd socket = new Fd((int) check("socket NETLINK_ROUTE", errno, number));
      try {
        MemorySegment size = arena.allocateFrom(JAVA_INT, RECEIVE_BUFFER);
        // Needs CAP_NET_ADMIN; with less room messages may be lost, which is told.
        SocketCalls.setOption(errno, number, SOL_SOCKET, SO_RCVBUFFORCE, size, Integer.BYTES);
        MemorySegment address = arena.allocate(SOCKADDR_NL);
        address.set(JAVA_SHORT, at(SOCKADDR_NL, "nl_family"), (short) AF_NETLINK);
        address.set(JAVA_INT, at(SOCKADDR_NL, "nl_groups"), groups);
        int bound = SocketCalls.bind(errno, number, address, (int) SOCKADDR_NL.byteSize());
        check("bind NETLINK_ROUTE", errno, bound);
        return socket;
      } catch (RuntimeException e) {
        socket.close();
        throw e;
      }
    }
  }

  @Override
  public void send(Fd socket, byte[] message) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = NativeLibc.errno(arena);
      MemorySegment from = arena.allocateFrom(JAVA_BYTE, message);
      check(
          "send NETLINK_ROUTE",
          errno,
          SocketCalls.send(errno, socket.number(), from, message.length, 0));
    }
  }

  @Override
  public Optional<ByteBuffer> receive(Fd socket) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = NativeLibc.errno(arena);
      MemorySegment to = arena.allocate(DATAGRAM);
      long length = SocketCalls.receive(errno, socket.number(), to, DATAGRAM, 0);
      if (length < 0) {
        int code = NativeLibc.read(errno);
        if (code == Errno.EAGAIN || code == EINTR) {
          return Optional.empty();
        }
      }
      check("recv NETLINK_ROUTE", errno, length);
      byte[] datagram = to.asSlice(0, length).toArray(JAVA_BYTE);
      return Optional.of(ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder()));
    }
  }

  @Override
  public Fd flag() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = NativeLibc.errno(arena);
      return new Fd(
          (int) check("eventfd", errno, SocketCalls.eventFd(errno, 0, NONBLOCK | CLOEXEC)));
    }
  }

  @Override
  public void raise(Fd flag) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = NativeLibc.errno(arena);
      MemorySegment one = arena.allocateFrom(JAVA_LONG, 1);
      check(
          "write eventfd",
          errno,
          SocketCalls.write(errno, flag.number(), one, JAVA_LONG.byteSize()));
    }
  }

  @Override
  public void lower(Fd flag) {
    try (Arena arena = Arena.ofConfined()) {
      // EAGAIN: it was not raised.
      SocketCalls.read(
          NativeLibc.errno(arena), flag.number(), arena.allocate(JAVA_LONG), JAVA_LONG.byteSize());
    }
  }

  @Override
  public Set<Fd> await(Collection<Fd> files, int milliseconds) {
    List<Fd> asked = new ArrayList<>(files);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = NativeLibc.errno(arena);
      MemorySegment entries = arena.allocate(POLL_FD, asked.size());
      for (int i = 0; i < asked.size(); i++) {
        long entry = i * POLL_FD.byteSize();
        entries.set(JAVA_INT, entry + at(POLL_FD, "fd"), asked.get(i).number());
        entries.set(JAVA_SHORT, entry + at(POLL_FD, "events"), (short) POLLIN);
      }
      int ready = SocketCalls.poll(errno, entries, asked.size(), milliseconds);
      if (ready < 0 && NativeLibc.read(errno) == EINTR) {
        return Set.of();
      }
      check("poll", errno, ready);
      Set<Fd> readable = new HashSet<>();
      for (int i = 0; i < asked.size(); i++) {
        if (entries.get(JAVA_SHORT, i * POLL_FD.byteSize() + at(POLL_FD, "revents")) != 0) {
          readable.add(asked.get(i));
        }
      }
      return readable;
    }
  }

  @Override
  public void enter(Fd network) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = NativeLibc.errno(arena);
      check(
          "setns CLONE_NEWNET",
          errno,
          SocketCalls.setNamespace(errno, network.number(), CLONE_NEWNET));
    }
  }
}
