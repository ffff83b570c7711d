package dev.skep.node.pod;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Has control groups looked at again in which no process is seen with the files or the network of
 * its own that it will have: no event tells when that comes. Often at first, and for some minutes
 * at most, for some never get any.
 */
final class Latecomers implements AutoCloseable {
  private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LAST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final long FORGET_NANOS = TimeUnit.HOURS.toNanos(1);

  private final Runnable look;
  private final Map<String, Long> since = new HashMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("latecomers").daemon().factory());
  private boolean coming;
  private long due;
  private boolean closed;

  /**
   * @param look looks again at every target; calls {@link #waitFor} of who is still not there
   */
  Latecomers(Runnable look) {
    this.look = look;
  }

  synchronized void waitFor(String cgroup) {
    long now = System.nanoTime();
    long waited = now - since.computeIfAbsent(cgroup, c -> now);
    long delay = Math.clamp(waited / 2, FIRST_NANOS, LAST_NANOS);
    boolean sooner = !coming || now + delay - due < 0;
    if (waited < PATIENCE_NANOS && sooner && !closed) {
      coming = true;
      due = now + delay;
      clock.schedule(this::lookAgain, delay, TimeUnit.NANOSECONDS);
    }
  }

  synchronized void came(String cgroup) {
    since.remove(cgroup);
  }

  private void lookAgain() {
    synchronized (this) {
      coming = false;
      long now = System.nanoTime();
      since.values().removeIf(start -> now - start > FORGET_NANOS);
    }
    look.run();
  }

  @Override
  public synchronized void close() {
    closed = true;
    clock.shutdownNow();
  }
}
