package dev.skep.node.agent;

import dev.skep.api.v1alpha1.BpfNodeStatus;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.node.kernel.SimulatedKernel;
import dev.skep.node.metrics.DaemonCounters;
import dev.skep.node.report.StatusReporter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** Tests of an agent that runs what a test says on a kernel that is simulated. */
abstract class WithAgent {
  private static final Logger LOGGER = Logger.getLogger("dev.skep");
  private static final ObjectReport EMPTY =
      new ObjectReport("", List.of(), List.of(), List.of(), List.of(), null, Map.of(), null);

  final SimulatedKernel kernel = new SimulatedKernel();
  final TestSource source = new TestSource();
  NodeAgent agent;
  private final List<BpfNodeStatus> written = new ArrayList<>();
  private final Threads threads = Threads.start();

  @BeforeAll
  static void quietAndQuick() {
    LOGGER.setLevel(Level.OFF);
    Awaitility.pollInSameThread();
    Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
    Awaitility.setDefaultPollDelay(Duration.ZERO);
  }

  @AfterAll
  static void loudAndSlow() {
    LOGGER.setLevel(null);
    Awaitility.reset();
  }

  @AfterEach
  final void stop() {
    agent.close();
    threads.close();
  }

  /** Starts an agent for which every object is empty. */
  void start() {
    start(EMPTY);
  }

  final void start(ObjectReport everyObject) {
    start(everyObject, () -> {});
  }

  /** Starts an agent that opens its kernel so. */
  final void start(Runnable opening) {
    start(EMPTY, opening);
  }

  private void start(ObjectReport everyObject, Runnable opening) {
    StatusReporter reporter = new StatusReporter(this::write, "test");
    agent =
        new NodeAgent(
            kernel, source, reporter, threads, new DaemonCounters(), bytes -> everyObject);
    agent.start(opening);
  }

  private void write(BpfNodeStatus status) {
    synchronized (written) {
      written.add(status);
    }
  }

  /** Forgets what was written, so that what is read next is of another agent. */
  final void forgetStatus() {
    synchronized (written) {
      written.clear();
    }
  }

  final int writes() {
    synchronized (written) {
      return written.size();
    }
  }

  final BpfNodeStatus last() {
    synchronized (written) {
      return written.isEmpty()
          ? new BpfNodeStatus(0L, null, null, null, List.of())
          : written.getLast();
    }
  }

  /** What was written so far, oldest first. */
  final List<BpfNodeStatus> written() {
    synchronized (written) {
      return List.copyOf(written);
    }
  }

  final Optional<ProgramState> found(String name) {
    return last().programs().stream().filter(p -> p.name().equals(name)).findFirst();
  }

  final ProgramState row(String name) {
    return found(name).orElseThrow(() -> new AssertionError("no row of " + name + " in " + last()));
  }

  final ProgramState awaitState(String name, State state) {
    return Awaitility.await(name + ": " + state)
        .until(() -> found(name).filter(p -> p.state() == state), Optional::isPresent)
        .orElseThrow();
  }

  final long loads() {
    return kernel.calls().stream().filter(call -> call.startsWith("load ")).count();
  }
}
