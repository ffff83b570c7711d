package dev.skep.node.network;

import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.libbpf.Netlink;
import dev.skep.node.target.Network;
import dev.skep.node.target.NetworkView;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * The network namespaces that somebody asks about. Each is watched from the first question on, and
 * until nobody asked for a while or its name is gone; one thread hears of all of them.
 */
public final class Networks implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Networks.class.getName());
  private static final Duration KEPT = Duration.ofMinutes(2);

  /** A namespace that a file outside of the folder of names stands for goes without a word. */
  private static final int LOOK_FOR_FILES = 1_000;

  /** After a name came its namespace follows soon; nothing tells when. */
  private static final int LOOK_FOR_MOUNT = 2;

  private static final Duration MOUNT_FOLLOWS = Duration.ofSeconds(2);

  /** What comes in so short a time is told once. */
  private static final int QUIET = 2;

  private static final Duration LONGEST_BURST = Duration.ofMillis(10);

  private static final Duration AFTER_FAULT = Duration.ofSeconds(1);

  private final Netlink netlink;
  private final Map<String, WatchedNetwork> watched = new HashMap<>();
  private final Map<Path, Long> awaited = new HashMap<>();
  private Runnable listener;
  private Fd wake;
  private NamedNetworks names;
  private boolean named;
  private boolean closed;

  public Networks(Netlink netlink) {
    this.netlink = netlink;
  }

  /** Begins to tell of changes, on a thread of its own, one call at a time. */
  public synchronized void onChanged(Runnable listener) {
    this.listener = listener;
    this.wake = netlink.flag();
    Thread.ofPlatform().name("networks").daemon().start(this::listen);
  }

  /**
   * What a network namespace holds now.
   *
   * @param primary whether the primary interface matters; to know it costs a look at every route
   * @throws Refusal NetworkNotFound, or Incompatible where this daemon may not enter it
   */
  public NetworkView look(Network network, boolean primary) {
    Optional<WatchedNetwork> known = watched(network);
    if (known.isPresent()) {
      return known.get().look(primary);
    }
    try (WatchedNetwork once = new WatchedNetwork(netlink, network)) {
      return once.look(primary);
    }
  }

  /** Empty where nobody listens. */
  private synchronized Optional<WatchedNetwork> watched(Network network) {
    if (listener == null || closed) {
      return Optional.empty();
    }
    WatchedNetwork known = watched.get(network.id());
    if (known == null) {
      known = new WatchedNetwork(netlink, network);
      watched.put(network.id(), known);
      if (!network.inOwn()) {
        lookAtNames();
      }
      netlink.raise(wake);
    }
    return Optional.of(known);
  }

  /** Tells when a file that is not there, or stands for nothing yet, stands for a namespace. */
  public synchronized void await(Path file) {
    if (listener != null && !closed) {
      lookAtNames();
      if (awaited.put(file, System.nanoTime()) == null) {
        netlink.raise(wake);
      }
    }
  }

  private void lookAtNames() {
    if (names == null) {
      try {
        names = new NamedNetworks(Network.NAMED, this::namesChanged);
      } catch (UncheckedIOException e) {
        // Names are found by the next look at everything, and watched when there is room.
        LOG.log(Level.WARNING, "{0}: {1}", e.getMessage(), e.getCause());
      }
    }
  }

  private synchronized void namesChanged() {
    named = true;
    if (!closed) {
      netlink.raise(wake);
    }
  }

  private void listen() {
    long follows = System.nanoTime();
    while (true) {
      List<Fd> files;
      int patience;
      synchronized (this) {
        if (closed) {
          wake.close();
          return;
        }
        if (named) {
          named = false;
          follows = System.nanoTime() + MOUNT_FOLLOWS.toNanos();
        }
        files = files();
        patience = patience(follows);
      }
      try {
        if (changed(netlink.await(files, patience))) {
          burst();
          tell();
        }
      } catch (RuntimeException fault) {
        if (!isClosed()) {
          LOG.log(Level.ERROR, "changes of targets were missed; all are looked at", fault);
          LockSupport.parkNanos(AFTER_FAULT.toNanos());
          tell();
        }
      }
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized List<Fd> files() {
    List<Fd> files = new ArrayList<>();
    files.add(wake);
    watched.values().forEach(network -> files.add(network.events()));
    return files;
  }

  private int patience(long follows) {
    if (!awaited.isEmpty() && System.nanoTime() < follows) {
      return LOOK_FOR_MOUNT;
    }
    boolean forOnesThatGo = watched.values().stream().anyMatch(network -> !network.isOwn());
    return awaited.isEmpty() && !forOnesThatGo ? -1 : LOOK_FOR_FILES;
  }

  /** Waits until it is quiet, but not for long. */
  private void burst() {
    long end = System.nanoTime() + LONGEST_BURST.toNanos();
    Set<Fd> more = netlink.await(files(), QUIET);
    while (!more.isEmpty() && System.nanoTime() < end) {
      changed(more);
      more = netlink.await(files(), QUIET);
    }
  }

  private synchronized boolean changed(Set<Fd> ready) {
    if (closed) {
      return false;
    }
    if (ready.contains(wake)) {
      netlink.lower(wake);
    }
    long now = System.nanoTime();
    boolean changed = awaited.keySet().removeIf(file -> Network.of(file).isPresent());
    awaited.values().removeIf(asked -> now - asked > KEPT.toNanos());
    for (WatchedNetwork network : List.copyOf(watched.values())) {
      if (!network.stands()) {
        changed = true;
        forget(network);
      } else if (ready.contains(network.events())) {
        changed |= hear(network);
      } else if (now - network.asked() > KEPT.toNanos()) {
        forget(network);
      }
    }
    return changed;
  }

  private boolean hear(WatchedNetwork network) {
    try {
      return network.hear();
    } catch (NativeError e) {
      LOG.log(Level.WARNING, "a network namespace is listened to anew: {0}", e.getMessage());
      forget(network);
      return true;
    }
  }

  private void forget(WatchedNetwork network) {
    watched.values().remove(network);
    network.close();
  }

  private void tell() {
    try {
      listener.run();
    } catch (RuntimeException fault) {
      LOG.log(Level.ERROR, "a change of targets was not dealt with", fault);
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (names != null) {
      names.close();
    }
    watched.values().forEach(WatchedNetwork::close);
    watched.clear();
    if (wake != null) {
      netlink.raise(wake);
    }
  }
}
