package dev.skep.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a daemon that starts does with what stands in the kernel. */
class AdoptionTest extends WithAgent {
  private static final Hook OPEN = new Tracepoint("syscalls/sys_enter_open");

  @Test
  @DisplayName(
      "a daemon that starts anew adopts what stands, loads nothing, and first speaks of all")
  void adoption() throws InterruptedException {
    for (int i = 0; i < 50; i++) {
      source.program("p" + i, "r", "l", OPEN);
    }
    start();
    await().until(() -> "50 attached".equals(last().summary()));
    agent.close();
    List<String> calls = kernel.calls();
    forgetStatus();

    source.away();
    start();
    Thread.sleep(100);
    source.apply();

    await().until(() -> "50 attached".equals(last().summary()));
    assertThat(kernel.calls()).isEqualTo(calls);
    assertThat(written())
        .allSatisfy(
            status -> {
              assertThat(status.summary()).isEqualTo("50 attached");
              assertThat(status.kernel()).isNotNull();
            });
  }

  @Test
  @DisplayName("what is heard while the kernel is being opened waits until that is done")
  void opening() {
    source.program("a", "a-1", "l1", OPEN);
    start(() -> await().until(source::waits));

    awaitState("a", State.Attached);
  }

  @Test
  @DisplayName(
      "what stands and is not wanted any more is let go at start, but not before that is known")
  void leftovers() {
    source.program("a", "a-1", "l1", OPEN);
    start();
    awaitState("a", State.Attached);
    agent.close();
    source.remove("a").away();

    start();
    assertThat(kernel.observe()).hasSize(1);
    source.apply();

    await().until(() -> kernel.observe().isEmpty());
    await()
        .until(
            () ->
                last().programs().isEmpty() && Long.valueOf(2).equals(last().observedGeneration()));
  }

  @Test
  @DisplayName("what stands when the kernel opens late goes on until it is known what is wanted")
  void lateKernel() throws InterruptedException {
    source.program("a", "a-1", "l1", OPEN);
    start();
    awaitState("a", State.Attached);
    agent.close();
    List<String> calls = kernel.calls();
    forgetStatus();
    source.away();

    start();
    agent.kernelChanged();
    Thread.sleep(100);

    assertThat(kernel.observe()).hasSize(1);
    source.apply();
    awaitState("a", State.Attached);
    assertThat(kernel.calls()).isEqualTo(calls);
  }
}
