package dev.skep.node.kernel;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Has containers looked at again that have a control group and no process with their files yet: no
 * event tells when that comes. Often at first, for some minutes at most.
 */
final class Latecomers implements AutoCloseable {
  private static final long FIRST_MILLIS = 5;
  private static final long LAST_MILLIS = 1_000;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final Runnable look;
  private final Map<String, Long> since = new HashMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("latecomers").daemon().factory());
  private boolean coming;
  private boolean closed;

  /**
   * @param look looks again at every target; calls {@link #waitFor} of who is still not there
   */
  Latecomers(Runnable look) {
    this.look = look;
  }

  synchronized void waitFor(String container) {
    long now = System.nanoTime();
    long waited = now - since.computeIfAbsent(container, c -> now);
    if (waited < PATIENCE_NANOS && !coming && !closed) {
      coming = true;
      long millis = TimeUnit.NANOSECONDS.toMillis(waited) / 2;
      clock.schedule(
          this::lookAgain, Math.clamp(millis, FIRST_MILLIS, LAST_MILLIS), TimeUnit.MILLISECONDS);
    }
  }

  synchronized void came(String container) {
    since.remove(container);
  }

  private void lookAgain() {
    synchronized (this) {
      coming = false;
      long now = System.nanoTime();
      since.values().removeIf(start -> now - start > 2 * PATIENCE_NANOS);
    }
    look.run();
  }

  @Override
  public synchronized void close() {
    closed = true;
    clock.shutdownNow();
  }
}
