package dev.skep.node.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeStatus;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.node.kernel.SimulatedKernel;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StatusReporterTest {
  private static final Logger LOGGER = Logger.getLogger(StatusReporter.class.getName());
  private final List<BpfNodeStatus> written = new CopyOnWriteArrayList<>();
  private final AtomicInteger failed = new AtomicInteger();
  private volatile boolean away;
  private volatile Runnable meanwhile = () -> {};
  private final StatusReporter reporter = new StatusReporter(this::write, "test");

  @BeforeAll
  static void quiet() {
    LOGGER.setLevel(Level.OFF);
  }

  @BeforeEach
  void kernelIsKnown() {
    reporter.kernel(new SimulatedKernel().facts());
  }

  @AfterEach
  void close() {
    reporter.close();
  }

  @Test
  @DisplayName("what does not change the status is not written")
  void onlyChanges() throws InterruptedException {
    reporter.start();
    settle("a", State.Attached);
    await().until(() -> written.size() == 1);

    settle("a", State.Attached);
    Thread.sleep(60);

    assertThat(written).hasSize(1);
  }

  @Test
  @DisplayName("a program on its way holds the status back until it has arrived")
  void oneWrite() throws InterruptedException {
    reporter.start();
    reporter.expect(1, List.of(revision("a")), List.of());
    Thread.sleep(60);
    assertThat(written).isEmpty();

    settle("a", State.Attached);

    await().until(() -> !written.isEmpty());
    assertThat(written).hasSize(1);
    assertThat(written.getFirst().observedGeneration()).isEqualTo(1);
  }

  @Test
  @DisplayName("what could not be written is written later, and then the newest")
  void newest() {
    away = true;
    reporter.start();
    settle("a", State.Pending);
    settle("a", State.Attached);

    away = false;

    await().until(() -> !written.isEmpty());
    assertThat(written.getLast().programs().getFirst().state()).isEqualTo(State.Attached);
  }

  @Test
  @DisplayName("news from the API server ends the wait for it")
  void heardAgain() throws InterruptedException {
    away = true;
    reporter.start();
    settle("a", State.Attached);
    Thread.sleep(50);
    away = false;
    long start = System.nanoTime();

    reporter.expect(2, List.of(), List.of());

    await().until(() -> !written.isEmpty());
    assertThat(System.nanoTime() - start).isLessThan(900_000_000L);
  }

  @Test
  @DisplayName(
      "what failed to be written and is as before is written again, and so is what follows")
  void asBefore() {
    reporter.start();
    settle("a", State.Attached);
    await().until(() -> written.size() == 1);
    away = true;
    settle("a", State.Failed);
    await().until(() -> failed.get() >= 1);

    settle("a", State.Attached);
    away = false;

    await().until(() -> written.size() == 2);
    assertThat(lastWritten()).isEqualTo(State.Attached);
    settle("a", State.Failed);
    await().until(() -> lastWritten() == State.Failed);
  }

  @Test
  @DisplayName("what changes during the write that ends an outage is written too")
  void changedMeanwhile() {
    away = true;
    reporter.start();
    settle("a", State.Attached);
    await().until(() -> failed.get() >= 1);

    meanwhile = () -> settle("a", State.Failed);
    away = false;

    await().until(() -> !written.isEmpty() && lastWritten() == State.Failed);
  }

  private void settle(String name, State state) {
    reporter.settle(new ProgramState("ns", name, "r", state, null, null, null, null, null));
  }

  private static AssignedRevision revision(String name) {
    return new AssignedRevision("ns", name, "r");
  }

  private State lastWritten() {
    return written.getLast().programs().getFirst().state();
  }

  private void write(BpfNodeStatus status) throws IOException {
    if (away) {
      failed.incrementAndGet();
      throw new IOException("away");
    }
    written.add(status);
    meanwhile.run();
  }
}
