package dev.skep.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.api.v1alpha1.hook.XdpMode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NodeAgentTest extends WithAgent {
  private static final Hook OPEN = new Tracepoint("syscalls/sys_enter_open");
  private static final Hook ETH0 = new Xdp(List.of("eth0"), XdpMode.Auto);
  private static final Hook WLAN0 = new Xdp(List.of("wlan0"), XdpMode.Auto);

  @Test
  @DisplayName("a healthy apply is one status write, and it says Attached")
  void oneWrite() {
    start();
    int before = writes();

    source.program("a", "a-1", "l1", OPEN).apply();

    awaitState("a", State.Attached);
    assertThat(writes() - before).isEqualTo(1);
    assertThat(last().observedGeneration()).isEqualTo(2);
    assertThat(last().summary()).isEqualTo("1 attached");
    assertThat(row("a").functions().getFirst().links().getFirst().target())
        .isEqualTo("tracepoint syscalls/sys_enter_open");
  }

  @Test
  @DisplayName(
      "twenty programs in one apply are at most a write each 20 ms, the last speaks of all")
  void twentyPrograms() {
    start();
    int before = writes();
    for (int i = 0; i < 20; i++) {
      source.program("p" + i, "r", "l", OPEN);
    }
    long start = System.nanoTime();

    source.apply();

    await()
        .until(
            () ->
                last().programs().size() == 20
                    && Long.valueOf(2).equals(last().observedGeneration()));
    assertThat(last().summary()).isEqualTo("20 attached");
    long batches = Duration.ofNanos(System.nanoTime() - start).toMillis() / 20;
    assertThat((long) writes() - before).isLessThanOrEqualTo(batches + 2);
  }

  @Test
  @DisplayName("a look at a kernel that is as it was left changes nothing and writes nothing")
  void asLeft() throws InterruptedException {
    start();
    source.program("a", "a-1", "l1", OPEN).apply();
    awaitState("a", State.Attached);
    List<String> calls = kernel.calls();
    int before = writes();

    agent.resync();
    Thread.sleep(100);

    assertThat(kernel.calls()).isEqualTo(calls);
    assertThat(writes()).isEqualTo(before);
  }

  @Test
  @DisplayName("told again what stands already, as by an object made anew, it answers once")
  void toldAgain() {
    start();
    source.program("a", "a-1", "l1", OPEN).apply();
    awaitState("a", State.Attached);
    List<String> calls = kernel.calls();
    int before = writes();

    source.tellAgain();

    await().until(() -> writes() > before);
    assertThat(kernel.calls()).isEqualTo(calls);
    assertThat(row("a").state()).isEqualTo(State.Attached);
  }

  @Test
  @DisplayName(
      "a fault in one program's attempt is its failure, and the node is ready all the same")
  void fault() {
    start();
    source.broken("bad", "bad-1").program("good", "good-1", "l1", OPEN).apply();

    awaitState("good", State.Attached);
    awaitState("bad", State.Failed);
    assertThat(row("bad").reason()).isEqualTo(Reason.InternalError);
    assertThat(agent.ready()).isTrue();

    source.program("bad", "bad-2", "l2", OPEN).apply();
    awaitState("bad", State.Attached);
  }

  @Test
  @DisplayName("an attempt that runs out of memory is a failure of its program, and tried again")
  void outOfMemory() {
    start();
    kernel.refuse(
        call -> {
          throw new OutOfMemoryError("of a test");
        });
    source.program("a", "a-1", "l1", OPEN).apply();
    awaitState("a", State.Failed);
    assertThat(row("a").reason()).isEqualTo(Reason.InternalError);

    kernel.refuse(call -> Optional.empty());
    awaitState("a", State.Attached);
  }

  @Test
  @DisplayName("one failing program among ten leaves the others as quick as they are")
  void oneFails() {
    kernel.refuse(
        call ->
            call.startsWith("load ns/p3@")
                ? Optional.of(Failure.of(Reason.VerifierRejected, "R1 invalid mem access", "f"))
                : Optional.empty());
    start();
    for (int i = 0; i < 10; i++) {
      source.program("p" + i, "r", "l", OPEN);
    }

    source.apply();

    await().until(() -> last().programs().size() == 10);
    assertThat(last().summary()).isEqualTo("9 attached, 1 failed");
    assertThat(row("p3").reason()).isEqualTo(Reason.VerifierRejected);
    assertThat(row("p3").function()).isEqualTo("f");
    assertThat(row("p3").message()).isEqualTo("R1 invalid mem access");
  }

  @Test
  @DisplayName("a rejected program is loaded once, and again only when its revision changes")
  void permanent() throws InterruptedException {
    kernel.refuse(refuseLoad(Reason.VerifierRejected));
    start();
    source.program("a", "a-1", "l1", OPEN).apply();
    awaitState("a", State.Failed);
    agent.resync();
    Thread.sleep(1300);
    assertThat(loads()).isEqualTo(1);

    source.program("a", "a-2", "l2", OPEN).apply();

    await().until(() -> loads() == 2);
  }

  @Test
  @DisplayName("when the new load fails the old one goes on, and the status says why")
  void oldStays() {
    start();
    source.program("a", "a-1", "l1", OPEN).apply();
    awaitState("a", State.Attached);
    kernel.refuse(refuseLoad(Reason.VerifierRejected));

    source.program("a", "a-2", "l2", OPEN).apply();

    awaitState("a", State.Failed);
    assertThat(row("a").revision()).isEqualTo("a-2");
    assertThat(row("a").functions().getFirst().links()).hasSize(1);
    assertThat(kernel.observe()).hasSize(1);
    assertThat(kernel.observe().getFirst().key().load()).isEqualTo("l1");
  }

  @Test
  @DisplayName("a transient failure is tried again by itself")
  void transientFailure() {
    kernel.refuse(refuseLoad(Reason.InternalError));
    start();
    source.program("a", "a-1", "l1", OPEN).apply();
    awaitState("a", State.Failed);
    kernel.refuse(call -> Optional.empty());

    await().atMost(Duration.ofSeconds(3)).until(() -> row("a").state() == State.Attached);
  }

  @Test
  @DisplayName("an interface that is not there is waited for, and attached to when it comes")
  void interfaceComes() {
    start();
    source.program("a", "a-1", "l1", ETH0, WLAN0).apply();
    awaitState("a", State.Pending);
    assertThat(row("a").reason()).isEqualTo(Reason.InterfaceNotFound);
    assertThat(row("a").functions().getFirst().links()).hasSize(1);
    long attempts = attempts("wlan0");

    kernel.addInterface("wlan0");

    await().atMost(Duration.ofSeconds(3)).until(() -> row("a").state() == State.Attached);
    assertThat(attempts("wlan0")).isEqualTo(attempts + 1);
  }

  @Test
  @DisplayName("a program in the way is named, and followed at once when it goes")
  void busyInterface() {
    start();
    source.program("a", "a-1", "l1", ETH0).apply();
    awaitState("a", State.Attached);
    source.program("b", "b-1", "l1", ETH0).apply();
    awaitState("b", State.Failed);
    assertThat(row("b").reason()).isEqualTo(Reason.InterfaceBusy);
    assertThat(row("b").message()).contains("ns/a");

    source.remove("a").apply();

    await().atMost(Duration.ofSeconds(3)).until(() -> row("b").state() == State.Attached);
  }

  @Test
  @DisplayName("a program that cannot share on this node follows at once when the other goes")
  void cannotShare() {
    kernel.refuse(
        call ->
            call.startsWith("attach ns/b@") && stands("ns/a")
                ? Optional.of(Failure.of(Reason.Incompatible, "needs CAP_SYS_ADMIN"))
                : Optional.empty());
    start();
    source.program("a", "a-1", "l1", ETH0).apply();
    awaitState("a", State.Attached);
    source.program("b", "b-1", "l1", ETH0).apply();
    awaitState("b", State.Incompatible);

    source.remove("a").apply();

    await().atMost(Duration.ofSeconds(3)).until(() -> row("b").state() == State.Attached);
  }

  private boolean stands(String program) {
    return kernel.observe().stream()
        .anyMatch(load -> load.key().program().equals(program) && !load.links().isEmpty());
  }

  @Test
  @DisplayName("a program in the way that moves elsewhere is followed at once, too")
  void movesOutOfTheWay() {
    start();
    source.program("a", "a-1", "l1", ETH0).apply();
    awaitState("a", State.Attached);
    source.program("b", "b-1", "l1", ETH0).apply();
    awaitState("b", State.Failed);
    // Its first pauses are over: the next would be half a minute.
    long attempts = attempts("eth0");
    await().atMost(Duration.ofSeconds(5)).until(() -> attempts("eth0") > attempts);

    source.program("a", "a-2", "l1", OPEN).apply();

    await().atMost(Duration.ofSeconds(3)).until(() -> row("b").state() == State.Attached);
  }

  @Test
  @DisplayName("a program that is deleted and made anew during an attempt is attached, and stays")
  void madeAnewMeanwhile() throws InterruptedException {
    kernel.refuse(refuseLoad(Reason.VerifierRejected));
    start();
    source.program("a", "a-1", "l1", OPEN).apply();
    awaitState("a", State.Failed);
    kernel.refuse(call -> Optional.empty());
    CountDownLatch slow = new CountDownLatch(1);
    AtomicInteger attempts = new AtomicInteger();
    kernel.beforeTargets(
        attach -> {
          if (attach.hook().equals(OPEN) && attempts.getAndIncrement() == 0) {
            await().until(() -> slow.getCount() == 0);
          }
        });
    source.program("a", "a-2", "l2", OPEN).apply();
    await().until(() -> attempts.get() == 1);

    source.remove("a").program("b", "b-1", "l1", ETH0).apply();
    awaitState("b", State.Attached);
    source.program("b", "b-2", "l2", ETH0).apply();
    await().until(() -> row("b").revision().equals("b-2"));
    source.program("a", "a-3", "l2", OPEN).apply();
    slow.countDown();

    await().until(() -> found("a").filter(r -> r.revision().equals("a-3")).isPresent());
    awaitState("a", State.Attached);
    Thread.sleep(100);
    assertThat(kernel.calls()).noneMatch(call -> call.startsWith("unload ns/a"));
    assertThat(stands("ns/a")).isTrue();

    source.remove("a").apply();
    await().until(() -> !stands("ns/a") && found("a").isEmpty());
  }

  @Test
  @DisplayName("a link that somebody took away is made again")
  void healed() {
    start();
    source.program("a", "a-1", "l1", OPEN).apply();
    awaitState("a", State.Attached);
    kernel.detach(kernel.observe().getFirst().links().getFirst());

    agent.resync();

    await().until(() -> !kernel.observe().getFirst().links().isEmpty());
  }

  @Test
  @DisplayName("Verify loads and attaches nowhere; Suspend keeps nothing in the kernel")
  void modes() {
    start();
    source.program("a", "a-1", "l1", OPEN).apply();
    awaitState("a", State.Attached);
    source.program("a", "a-2", "l1", Mode.Verify, OPEN).apply();
    awaitState("a", State.Loaded);
    assertThat(kernel.observe().getFirst().links()).isEmpty();

    source.program("a", "a-3", "l1", Mode.Suspend, OPEN).apply();

    awaitState("a", State.Suspended);
    assertThat(kernel.observe()).isEmpty();
  }

  @Override
  void start() {
    super.start();
    await().until(() -> writes() > 0 && last().kernel() != null);
  }

  private long attempts(String target) {
    return kernel.calls().stream()
        .filter(call -> call.startsWith("attach ") && call.endsWith(target))
        .count();
  }

  private static Function<String, Optional<Failure>> refuseLoad(Reason reason) {
    return call ->
        call.startsWith("load ") ? Optional.of(Failure.of(reason, "no", null)) : Optional.empty();
  }
}
