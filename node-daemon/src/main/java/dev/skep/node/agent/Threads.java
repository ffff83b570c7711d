package dev.skep.node.agent;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The daemon's threads.
 *
 * @param lanes run programs; platform threads, since a native call holds its thread, and enough of
 *     them that a few slow verifications leave room for others
 * @param clock starts what is delayed, and does no work itself
 */
public record Threads(ExecutorService lanes, ScheduledExecutorService clock)
    implements AutoCloseable {
  private static final int LANES = 16;

  public static Threads start() {
    ThreadPoolExecutor lanes =
        new ThreadPoolExecutor(
            LANES,
            LANES,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("lane-", 1).daemon().factory(),
            // What is told while a daemon ends is for the next one to find.
            new ThreadPoolExecutor.DiscardPolicy());
    lanes.allowCoreThreadTimeOut(true);
    return new Threads(
        lanes,
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("clock").daemon().factory()));
  }

  @Override
  public void close() {
    clock.shutdownNow();
    lanes.shutdown();
  }
}
