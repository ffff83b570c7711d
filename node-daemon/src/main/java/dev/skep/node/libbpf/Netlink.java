package dev.skep.node.libbpf;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * What Skep asks of libc to hear of network interfaces and routes, and to enter the network
 * namespaces that they are in. Every method throws {@link NativeError} when the kernel says no.
 */
public interface Netlink {
  // linux/rtnetlink.h
  int RTMGRP_LINK = 1;
  int RTMGRP_IPV4_IFADDR = 0x10;
  int RTMGRP_IPV4_ROUTE = 0x40;
  int RTMGRP_IPV6_IFADDR = 0x100;
  int RTMGRP_IPV6_ROUTE = 0x400;

  /** This process's libc. */
  static Netlink get() {
    return NativeNetlink.INSTANCE;
  }

  /**
   * A socket of NETLINK_ROUTE. It stays in the network namespace that the calling thread is in now,
   * and keeps that namespace in being.
   *
   * @param groups the RTMGRP_… to hear of, or 0 to hear answers only
   */
  Fd routeSocket(int groups);

  void send(Fd socket, byte[] message);

  /**
   * The next datagram that came, in the machine's byte order; empty when none did. ENOBUFS says
   * that some were lost.
   */
  Optional<ByteBuffer> receive(Fd socket);

  /** A file that {@link #raise} makes readable, to wake who awaits it. */
  Fd flag();

  void raise(Fd flag);

  /** Makes a raised flag wait for the next time. */
  void lower(Fd flag);

  /**
   * Waits until something can be read.
   *
   * @param milliseconds how long at most; negative for ever
   * @return what can be read, or has an error to tell; empty when the time is over
   */
  Set<Fd> await(Collection<Fd> files, int milliseconds);

  /** Moves the calling thread, and it alone, into a network namespace: setns(2). */
  void enter(Fd network);
}
