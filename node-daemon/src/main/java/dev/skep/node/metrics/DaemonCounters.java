package dev.skep.node.metrics;

import dev.skep.node.metrics.Exposition.Type;
import java.util.concurrent.atomic.LongAdder;

/** What the daemon counts of its own work. Thread-safe. */
public final class DaemonCounters {
  private final LongAdder reconciles = new LongAdder();
  private final LongAdder failedReconciles = new LongAdder();
  private final LongAdder loads = new LongAdder();
  private final LongAdder failedLoads = new LongAdder();
  private final LongAdder statusWrites = new LongAdder();

  /** One pass over one program ended. */
  public void reconciled(boolean well) {
    (well ? reconciles : failedReconciles).increment();
  }

  /** One attempt to load an object ended. */
  public void loaded(boolean well) {
    (well ? loads : failedLoads).increment();
  }

  /** The status was written to the API server. */
  public void statusWritten() {
    statusWrites.increment();
  }

  void write(Exposition page) {
    outcome(page, "skep_reconciles_total", "Passes over one program.", reconciles, "ok");
    outcome(page, "skep_reconciles_total", "", failedReconciles, "failed");
    outcome(page, "skep_loads_total", "Attempts to load an object.", loads, "ok");
    outcome(page, "skep_loads_total", "", failedLoads, "failed");
    page.sample(
        "skep_status_writes_total",
        Type.counter,
        "Writes of this node's status to the API server.",
        Labels.none(),
        statusWrites.sum());
  }

  private static void outcome(
      Exposition page, String name, String help, LongAdder counter, String outcome) {
    page.sample(name, Type.counter, help, Labels.of("outcome", outcome), counter.sum());
  }
}
