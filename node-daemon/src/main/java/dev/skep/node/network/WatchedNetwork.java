package dev.skep.node.network;

import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.libbpf.Netlink;
import dev.skep.node.target.Network;
import dev.skep.node.target.NetworkView;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One network namespace with an ear in it. Its sockets keep the namespace in being, so they are to
 * be closed when its name is gone. Thread-safe.
 */
final class WatchedNetwork implements AutoCloseable {
  private static final int GROUPS =
      Netlink.RTMGRP_LINK
          | Netlink.RTMGRP_IPV4_IFADDR
          | Netlink.RTMGRP_IPV4_ROUTE
          | Netlink.RTMGRP_IPV6_IFADDR
          | Netlink.RTMGRP_IPV6_ROUTE;
  private static final int ANSWER_WITHIN = 5_000;
  private static final int ATTEMPTS = 10;

  private final Netlink netlink;
  private final Network network;
  private final Fd events;
  private Fd questions;
  private final InterfaceTable table = new InterfaceTable();
  private NetworkView view;
  private boolean behind;
  private int sequence;
  private boolean closed;
  private long asked = System.nanoTime();

  /**
   * Begins to listen, then looks.
   *
   * @throws Refusal when the namespace is gone or may not be entered
   */
  WatchedNetwork(Netlink netlink, Network network) {
    this.netlink = netlink;
    this.network = network;
    this.events = Visit.to(network, () -> netlink.routeSocket(GROUPS));
    this.behind = true;
  }

  Fd events() {
    return events;
  }

  /** Of this process's own namespace, which stays as long as it. */
  boolean isOwn() {
    return network.inOwn();
  }

  boolean stands() {
    return isOwn() || Network.of(Path.of(network.path())).equals(Optional.of(network));
  }

  synchronized long asked() {
    return asked;
  }

  /**
   * What is in it, as far as was heard.
   *
   * @throws Refusal when its name is gone
   */
  synchronized NetworkView look(boolean primary) {
    if (closed) {
      throw network.gone();
    }
    asked = System.nanoTime();
    if (behind) {
      table.links(ask(RouteMessages.links(++sequence), RouteMessage.Link.class));
      behind = false;
      view = null;
    }
    if (table.lacksPrimary(primary)) {
      table.routes(ask(RouteMessages.routes(++sequence), RouteMessage.DefaultRoute.class));
      view = null;
    }
    if (view == null) {
      view = table.view(network);
    }
    return view;
  }

  /** Hears what came in; whether it may change what a target is. */
  synchronized boolean hear() {
    boolean changed = false;
    try {
      for (Optional<ByteBuffer> datagram = netlink.receive(events);
          datagram.isPresent();
          datagram = netlink.receive(events)) {
        for (RouteMessage message : RouteMessages.parse(datagram.get())) {
          changed |= table.apply(message);
        }
      }
    } catch (NativeError e) {
      if (e.errno() != Errno.ENOBUFS) {
        throw e;
      }
      // More came than the socket holds, and some was lost: everything is looked at anew.
      behind = true;
      changed = true;
    }
    if (changed) {
      view = null;
    }
    return changed;
  }

  private <T extends RouteMessage> List<T> ask(byte[] question, Class<T> kind) {
    if (questions == null) {
      questions = Visit.to(network, () -> netlink.routeSocket(0));
    }
    try {
      return answers(question, kind);
    } catch (RuntimeException e) {
      // What is still to come is of this question, and is not to be taken for the next one's.
      closeQuestions();
      throw e;
    }
  }

  private void closeQuestions() {
    if (questions != null) {
      questions.close();
      questions = null;
    }
  }

  private <T extends RouteMessage> List<T> answers(byte[] question, Class<T> kind) {
    for (int attempt = 1; ; attempt++) {
      List<T> answer = new ArrayList<>();
      netlink.send(questions, question);
      boolean torn = answer(kind, answer);
      // Torn by changes meanwhile; in a storm of them the last answer has to do, for they are
      // heard of as well.
      if (!torn || attempt == ATTEMPTS) {
        return answer;
      }
    }
  }

  private <T extends RouteMessage> boolean answer(Class<T> kind, List<T> answer) {
    while (true) {
      Optional<ByteBuffer> datagram = netlink.receive(questions);
      if (datagram.isEmpty()) {
        if (netlink.await(List.of(questions), ANSWER_WITHIN).isEmpty()) {
          throw new NativeError("recv NETLINK_ROUTE", Errno.EAGAIN, "no answer", List.of());
        }
        continue;
      }
      for (RouteMessage message : RouteMessages.parse(datagram.get())) {
        switch (message) {
          case RouteMessage.Done done -> {
            return done.torn();
          }
          case RouteMessage.Refused refused ->
              throw new NativeError("NETLINK_ROUTE", refused.errno(), "refused", List.of());
          default -> {
            if (kind.isInstance(message)) {
              answer.add(kind.cast(message));
            }
          }
        }
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    events.close();
    closeQuestions();
  }
}
