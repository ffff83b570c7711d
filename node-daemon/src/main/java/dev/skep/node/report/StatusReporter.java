package dev.skep.node.report;

import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeStatus;
import dev.skep.api.v1alpha1.BpfNodeStatus.KernelFacts;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.log.Log;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * The one place that writes a node's status, and only when it changed. A change is written at once
 * when nothing else is on its way, else together with what arrives in the next {@link
 * StatusBoard#BATCH}; the first of all when {@link StatusBoard} knows enough.
 */
public final class StatusReporter implements AutoCloseable {
  private static final Log LOG = Log.of(StatusReporter.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration MAX_RETRY = Duration.ofSeconds(15);

  private final StatusBoard board;
  private final StatusSink sink;
  private final Thread writer;
  private boolean closed;
  private long told;
  private Optional<Instant> due = Optional.empty();
  private int failures;

  /**
   * A status to write.
   *
   * @param told how often this node was told what to run: each time is answered once, since the
   *     object that tells may have been made anew, without a status
   */
  private record Offer(BpfNodeStatus status, long told) {}

  public StatusReporter(StatusSink sink, String daemonVersion) {
    this.board = new StatusBoard(daemonVersion);
    this.sink = sink;
    this.writer = Thread.ofPlatform().name("status").daemon().unstarted(this::work);
  }

  public void start() {
    writer.start();
  }

  public synchronized void kernel(KernelFacts facts) {
    board.kernel(facts);
    changed();
  }

  /** What the node lacks for any program to run; empty when it lacks nothing. */
  public synchronized void lacks(Optional<Failure> failure) {
    if (board.lacks(failure)) {
      changed();
    }
  }

  /** A new generation of the spec, and what it changes. */
  public synchronized void expect(
      long generation, Collection<AssignedRevision> coming, Collection<AssignedRevision> leaving) {
    Instant now = Instant.now();
    told++;
    board.generation(generation, now);
    coming.forEach(revision -> board.coming(revision, now));
    leaving.forEach(revision -> board.leaving(revision, now));
    // Who speaks can be spoken to again.
    failures = 0;
    if (board.settled()) {
      changed();
    } else {
      board.deadline().ifPresent(this::dueAt);
    }
  }

  public synchronized void settle(ProgramState row) {
    board.settle(row);
    changed();
  }

  public synchronized void gone(AssignedRevision revision) {
    board.gone(revision);
    changed();
  }

  /** What functions cost, and what memory their maps take now. */
  synchronized void usage(
      Map<UsageMeter.Function, UsageMeter.Rate> rates, Collection<ObservedLoad> loads) {
    board.usage(rates, loads);
    changed();
  }

  private void changed() {
    board.due(Instant.now()).ifPresent(this::dueAt);
  }

  private void dueAt(Instant time) {
    if (failures == 0 && (due.isEmpty() || time.isBefore(due.get()))) {
      due = Optional.of(time);
      notifyAll();
    }
  }

  private void work() {
    Offer written = null;
    while (true) {
      Offer next = next();
      if (next == null) {
        return;
      }
      if (next.equals(written)) {
        continue;
      }
      try {
        sink.write(next.status());
        written = next;
        succeeded();
      } catch (IOException | RuntimeException e) {
        // It may have arrived all the same.
        written = null;
        failed(e);
      }
    }
  }

  /** Waits until something is to be written; null when closed. */
  private synchronized Offer next() {
    try {
      while (!closed) {
        Instant now = Instant.now();
        if (due.isPresent() && !due.get().isAfter(now)) {
          due = Optional.empty();
          board.deadline().filter(now::isBefore).ifPresent(this::dueAt);
          return new Offer(board.snapshot(now), told);
        }
        if (due.isEmpty()) {
          wait();
        } else {
          wait(Math.max(1, Duration.between(now, due.get()).toMillis()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  private synchronized void succeeded() {
    if (failures > 0) {
      LOG.info("status written again");
      failures = 0;
      // What changed while it was on its way was not asked for.
      changed();
    }
  }

  private synchronized void failed(Exception e) {
    failures++;
    Duration wait = RETRY.multipliedBy(1L << Math.min(failures - 1, 4));
    due = Optional.of(Instant.now().plus(wait.compareTo(MAX_RETRY) > 0 ? MAX_RETRY : wait));
    if (failures == 1) {
      LOG.warn("status not written; tried again until it is", "cause", e);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      writer.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
