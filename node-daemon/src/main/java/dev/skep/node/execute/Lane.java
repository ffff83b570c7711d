package dev.skep.node.execute;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The work of one program, never done twice at a time: a call while it runs makes it run once more.
 */
public final class Lane {
  private final Executor threads;
  private final ScheduledExecutorService clock;
  private final Runnable work;
  private boolean running;
  private boolean again;
  private ScheduledFuture<?> later;

  /**
   * A lane.
   *
   * @param threads where lanes run, beside each other
   * @param clock for delays; does no work itself
   * @param work throws nothing
   */
  public Lane(Executor threads, ScheduledExecutorService clock, Runnable work) {
    this.threads = threads;
    this.clock = clock;
    this.work = work;
  }

  /** Runs the work as soon as a thread is free; a delayed run is forgotten. */
  public synchronized void now() {
    forgetLater();
    if (running) {
      again = true;
    } else {
      running = true;
      threads.execute(this::run);
    }
  }

  /** Runs the work after a while, unless it ran before. */
  public synchronized void in(Duration delay) {
    forgetLater();
    later = clock.schedule(this::now, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void run() {
    try {
      work.run();
    } finally {
      next();
    }
  }

  private synchronized void next() {
    running = again;
    again = false;
    if (running) {
      threads.execute(this::run);
    }
  }

  private void forgetLater() {
    if (later != null) {
      later.cancel(false);
      later = null;
    }
  }
}
