package dev.skep.node.suite;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Writes a row for each test as it ends, and what failed in full. */
final class RowListener implements TestExecutionListener {
  private static final TestTag HOOK = TestTag.create("hook");

  private final PrintStream rows;
  private final PrintStream details;
  private TestPlan plan;
  private long startedAt;

  RowListener(PrintStream rows, PrintStream details) {
    this.rows = rows;
    this.details = details;
  }

  @Override
  public void testPlanExecutionStarted(TestPlan started) {
    plan = started;
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    startedAt = System.nanoTime();
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    write(test, "incompatible", reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    Optional<Throwable> cause = result.getThrowable();
    switch (result.getStatus()) {
      case SUCCESSFUL -> {
        if (test.isTest()) {
          write(test, test.getTags().contains(HOOK) ? "fires" : "holds", "");
        }
      }
      case ABORTED -> write(test, "incompatible", cause.map(Throwable::getMessage).orElse(""));
      case FAILED -> {
        if (isOfCapabilities(cause)) {
          write(test, "incompatible", cause.map(Throwable::getMessage).orElse(""));
          return;
        }
        write(test, "failed", cause.map(Throwable::toString).orElse(""));
        cause.ifPresent(thrown -> thrown.printStackTrace(details));
      }
    }
  }

  /** Where capabilities were taken away, what says that it lacks them did what it should. */
  private static boolean isOfCapabilities(Optional<Throwable> cause) {
    return GivenCapabilities.areLimited()
        && cause.filter(Refusal.class::isInstance).map(Refusal.class::cast).stream()
            .anyMatch(refusal -> refusal.failure().reason() == Reason.Incompatible);
  }

  private void write(TestIdentifier test, String outcome, String reason) {
    String why =
        reason
            .replace("Assumption failed: ", "")
            // The column says which kernel, and a newer build of it is not another outcome.
            .replace(" (" + System.getProperty("os.version") + ")", "")
            .replaceAll("\\s+", " ")
            .strip();
    rows.println(String.join("\t", name(test), outcome, why, String.join(" ", Tried.drain())));
    details.printf(
        "%6d ms  %-12s %s%s%n",
        (System.nanoTime() - startedAt) / 1_000_000,
        outcome,
        name(test),
        why.isEmpty() ? "" : ": " + why);
  }

  /** From below the class: a parameterized test has its own name and that of its parameters. */
  private String name(TestIdentifier test) {
    Deque<String> names = new ArrayDeque<>();
    Optional<TestIdentifier> at = Optional.of(test);
    while (at.isPresent() && !isClass(at.get())) {
      names.addFirst(at.get().getDisplayName());
      at = plan.getParent(at.get());
    }
    return names.isEmpty() ? test.getDisplayName() : String.join(": ", names);
  }

  private static boolean isClass(TestIdentifier test) {
    return test.getUniqueIdObject().getLastSegment().getType().contains("class")
        || test.getUniqueIdObject().getLastSegment().getType().equals("engine");
  }
}
