package dev.skep.node.execute;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.kernel.DeclaredMap;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.LoadRequest;
import dev.skep.node.kernel.ObservedLink;
import dev.skep.node.kernel.WantedLink;
import dev.skep.node.log.Log;
import dev.skep.node.plan.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * Runs the plan of one program.
 *
 * <p>A load that fails ends the plan, as does one that does not run yet and whose maps cannot be
 * filled: what ran before stays as it is. A link that fails ends only what depended on it: the old
 * link that it should have followed stays, and so does that link's load; the other links are made.
 */
public final class Executor {
  /**
   * Loads that run beside each other in this process. Each may hold the kernel's own BTF in memory
   * for its time, 15 MB and more, so they are not as many as there are lanes; and they are more
   * than there are processors, so that a slow verification leaves room for others.
   */
  private static final Semaphore LOADS =
      new Semaphore(Runtime.getRuntime().availableProcessors() + 2);

  private final Kernel kernel;
  private final Function<Step.Load, LoadRequest> requests;
  private final Log log;
  private final List<Failed> failed = new ArrayList<>();
  private final Set<LoadKey> held = new HashSet<>();
  private Duration loadTime;

  private Executor(Kernel kernel, Function<Step.Load, LoadRequest> requests, Log log) {
    this.kernel = kernel;
    this.requests = requests;
    this.log = log;
  }

  /**
   * What came of a plan.
   *
   * @param failed the steps that failed, in order
   * @param loadTime how long the load took, when there was one and it succeeded
   */
  public record Outcome(List<Failed> failed, Optional<Duration> loadTime) {
    /** Whether the load went well; empty when there was none to do. */
    public Optional<Boolean> loaded() {
      boolean tried = failed.stream().anyMatch(f -> f.step() instanceof Step.Load);
      return tried ? Optional.of(false) : loadTime.map(time -> true);
    }

    public List<Failure> failures() {
      return failed.stream().map(Failed::failure).toList();
    }
  }

  /** A step, and why it could not be done. */
  public record Failed(Step step, Failure failure) {}

  /**
   * Runs the steps.
   *
   * @param requests makes the load request of a load step; it may fetch the object, and throws
   *     {@link Refusal} when it cannot
   */
  public static Outcome run(
      List<Step> steps, Kernel kernel, Function<Step.Load, LoadRequest> requests, Log log) {
    Executor executor = new Executor(kernel, requests, log);
    for (Step step : steps) {
      boolean done = executor.possible(step) && executor.attempt(step);
      if (!done && isNeededByTheRest(step)) {
        break;
      }
    }
    return new Outcome(List.copyOf(executor.failed), Optional.ofNullable(executor.loadTime));
  }

  /** A load is attached only with all that its maps shall hold; one that runs goes on. */
  private static boolean isNeededByTheRest(Step step) {
    return step instanceof Step.Load || (step instanceof Step.Fill fill && !fill.attached());
  }

  private boolean attempt(Step step) {
    try {
      act(step);
      return true;
    } catch (Refusal refusal) {
      failed(step, refusal.failure());
    } catch (RuntimeException fault) {
      log.error("step failed by a fault of the daemon", fault, "step", step);
      failed(step, Failure.of(Reason.InternalError, String.valueOf(fault)));
    }
    return false;
  }

  private void act(Step step) {
    switch (step) {
      case Step.Load load -> {
        LoadRequest request = requests.apply(load);
        loadTime = load(request);
        log.info("loaded", "load", load.key().load(), "ms", millis(loadTime));
      }
      case Step.Fill fill -> {
        kernel.fill(fill.key(), fill.maps());
        log.info("filled", "maps", fill.maps().stream().map(DeclaredMap::map).toList());
      }
      case Step.AttachLink attach -> {
        kernel.attach(attach.key(), attach.link());
        log.info("attached", "function", attach.link().function(), "to", attach.link().target());
      }
      case Step.ReplaceLink replace -> {
        kernel.replace(replace.link(), replace.to(), replace.wanted());
        log.info(
            "replaced", "function", replace.wanted().function(), "on", replace.link().target());
      }
      case Step.DetachLink detach -> {
        kernel.detach(detach.link());
        log.info(
            detach.link().alive() ? "detached" : "removed a link whose target is gone",
            "function",
            detach.link().function(),
            "from",
            detach.link().target());
      }
      case Step.Unload unload -> {
        kernel.unload(unload.key());
        log.info("unloaded", "load", unload.key().load());
      }
    }
  }

  private Duration load(LoadRequest request) {
    LOADS.acquireUninterruptibly();
    try {
      long start = System.nanoTime();
      kernel.load(request);
      return Duration.ofNanos(System.nanoTime() - start);
    } finally {
      LOADS.release();
    }
  }

  /** Whether nothing that had to come before this step failed. */
  private boolean possible(Step step) {
    boolean possible =
        switch (step) {
          case Step.DetachLink detach -> failed.stream().noneMatch(f -> awaited(f, detach.link()));
          case Step.Unload unload -> !held.contains(unload.key());
          case Step.Load ignored -> true;
          case Step.Fill ignored -> true;
          case Step.AttachLink ignored -> true;
          case Step.ReplaceLink ignored -> true;
        };
    if (!possible && step instanceof Step.DetachLink detach) {
      held.add(detach.link().load());
    }
    return possible;
  }

  private static boolean awaited(Failed failed, ObservedLink link) {
    return failed.step() instanceof Step.AttachLink(LoadKey key, WantedLink wanted)
        && link.alive()
        && wanted.target().equals(link.target())
        && wanted.function().equals(link.function());
  }

  private void failed(Step step, Failure failure) {
    switch (step) {
      case Step.ReplaceLink replace -> held.add(replace.link().load());
      case Step.DetachLink detach -> held.add(detach.link().load());
      case Step.Unload unload -> held.add(unload.key());
      case Step.Load load -> held.addAll(load.reuse());
      case Step.AttachLink attach -> held.add(attach.key());
      case Step.Fill fill -> held.add(fill.key());
    }
    failed.add(new Failed(step, failure));
  }

  private static String millis(Duration time) {
    return "%.1f".formatted(time.toNanos() / 1e6);
  }
}
