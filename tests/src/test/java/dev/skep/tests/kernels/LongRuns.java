package dev.skep.tests.kernels;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * What takes minutes, two at a time, for a guest keeps one CPU busy. Whoever asks first begins it;
 * who asks later gets the same.
 */
final class LongRuns {
  private static final ExecutorService TWO =
      Executors.newFixedThreadPool(2, Thread.ofPlatform().daemon().name("long-run-", 0).factory());
  private static final Map<String, CompletableFuture<?>> BEGUN = new ConcurrentHashMap<>();

  private LongRuns() {}

  /** Begins it, unless it was begun; after those that were asked for before. */
  @SuppressWarnings("unchecked")
  static <T> CompletableFuture<T> begin(String name, Supplier<T> run) {
    return (CompletableFuture<T>)
        BEGUN.computeIfAbsent(name, n -> CompletableFuture.supplyAsync(run, TWO));
  }
}
