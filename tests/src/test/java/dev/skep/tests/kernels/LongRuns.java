package dev.skep.tests.kernels;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.Order;

/**
 * What takes minutes, two at a time, for a guest keeps one CPU busy. Whoever asks first begins it;
 * who asks later gets the same.
 */
final class LongRuns {
  /** Of a test class that begins several: what takes longest comes last. */
  static final int LAST = Order.DEFAULT + 1;

  /** Of one whose run such a class has begun. */
  static final int AFTERWARDS = LAST + 1;

  private static final ExecutorService TWO =
      Executors.newFixedThreadPool(2, Thread.ofPlatform().daemon().name("long-run-", 0).factory());
  private static final Map<String, CompletableFuture<?>> BEGUN = new ConcurrentHashMap<>();

  private LongRuns() {}

  /** Puts it behind those that wait, unless it was begun already. */
  @SuppressWarnings("unchecked")
  static <T> CompletableFuture<T> begin(String name, Supplier<T> run) {
    return (CompletableFuture<T>)
        BEGUN.computeIfAbsent(name, _ -> CompletableFuture.supplyAsync(run, TWO));
  }
}
