package dev.skep.tests.bench;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.tests.stack.Stack;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.WatcherException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Sees, with the time, when a program's links are pinned and when its status says Ready. */
final class Watcher implements AutoCloseable {
  private static final long POLL_NANOS = 200_000;
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Stack stack;
  private final Map<String, Long> ready = new ConcurrentHashMap<>();
  private final Map<String, Long> gone = new ConcurrentHashMap<>();
  private final Watch watch;

  Watcher(Stack stack) {
    this.stack = stack;
    this.watch =
        stack
            .client()
            .resources(BpfProgram.class)
            .inNamespace(Stack.NAMESPACE)
            .watch(
                new io.fabric8.kubernetes.client.Watcher<>() {
                  @Override
                  public void eventReceived(Action action, BpfProgram program) {
                    see(action, program);
                  }

                  @Override
                  public void onClose(WatcherException cause) {
                    // Whoever waits for an event then gives up by time.
                  }
                });
  }

  private void see(io.fabric8.kubernetes.client.Watcher.Action action, BpfProgram program) {
    String name = program.getMetadata().getName();
    if (action == io.fabric8.kubernetes.client.Watcher.Action.DELETED) {
      gone.putIfAbsent(name, System.nanoTime());
    } else if (isReady(program)) {
      ready.putIfAbsent(name, System.nanoTime());
    }
  }

  private static boolean isReady(BpfProgram program) {
    return program.getStatus() != null
        && program.getMetadata().getGeneration().equals(program.getStatus().observedGeneration())
        && program.getStatus().conditions().stream().anyMatch(Watcher::saysReady);
  }

  private static boolean saysReady(Condition condition) {
    return condition.getType().equals("Ready") && condition.getStatus().equals("True");
  }

  /** When the program had {@code links} pinned links, to a fifth of a millisecond. */
  long awaitLinks(String program, int links) {
    Path folder = stack.pins(program);
    return await(
        program + ": " + links + " links", () -> count(folder) >= links ? System.nanoTime() : null);
  }

  /** When the status of the current generation said Ready. */
  long awaitReady(String program) {
    return await(program + ": Ready", () -> ready.get(program));
  }

  /** Returns when the object and its pins are gone. */
  void awaitGone(String program) {
    Path folder = stack.pins(program);
    await(
        program + ": gone",
        () -> gone.containsKey(program) && !folder.toFile().exists() ? gone.get(program) : null);
  }

  /** Loads of the program, each a folder, with their links in them. */
  static int count(Path program) {
    String[] loads = program.toFile().list();
    int links = 0;
    for (String load : loads == null ? new String[0] : loads) {
      String[] pins = program.resolve(load).resolve("links").toFile().list();
      links += pins == null ? 0 : pins.length;
    }
    return links;
  }

  static long await(String what, java.util.function.Supplier<Long> when) {
    long deadline = System.nanoTime() + GIVE_UP_NANOS;
    Long seen;
    while ((seen = when.get()) == null) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not seen within 30 s: " + what);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return seen;
  }

  @Override
  public void close() {
    watch.close();
  }
}
