package dev.skep.operator.mirror;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;

/** Counts what became of requests: {@code skep_mirror_requests_total}. */
@ApplicationScoped
class MirrorRequests {
  private final MeterRegistry registry;

  /** What became of a request. */
  enum Outcome {
    SERVED,
    NOT_FOUND,
    BUSY,
    UNAUTHENTICATED,
    FORBIDDEN,
    UNCHECKED
  }

  MirrorRequests(MeterRegistry registry) {
    this.registry = registry;
    // Each is there from the start: a rule on one that never was would never fire.
    for (Outcome outcome : Outcome.values()) {
      counter(outcome);
    }
  }

  void count(Outcome outcome) {
    counter(outcome).increment();
  }

  private io.micrometer.core.instrument.Counter counter(Outcome outcome) {
    return registry.counter(
        "skep.mirror.requests", "outcome", outcome.name().toLowerCase(Locale.ROOT));
  }
}
