package dev.skep.node.agent;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The daemon's threads. They drop what is told while the daemon ends: it is for the next one to
 * find.
 *
 * @param lanes run programs; platform threads, since a native call holds its thread, and enough of
 *     them that a few slow verifications leave room for others
 * @param looks look for the targets of programs; not the lanes, for a path may be on a file system
 *     that never answers
 * @param clock starts what is delayed, and does no work itself
 */
public record Threads(ExecutorService lanes, ExecutorService looks, ScheduledExecutorService clock)
    implements AutoCloseable {
  private static final int LANES = 16;

  public static Threads start() {
    return new Threads(
        pool("lane-"),
        pool("look-"),
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().name("clock").daemon().factory(),
            new ThreadPoolExecutor.DiscardPolicy()));
  }

  private static ExecutorService pool(String name) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            LANES,
            LANES,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name(name, 1).daemon().factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  @Override
  public void close() {
    clock.shutdownNow();
    lanes.shutdown();
    looks.shutdown();
  }
}
