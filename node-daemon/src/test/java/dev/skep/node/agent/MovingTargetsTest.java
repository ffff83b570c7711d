package dev.skep.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.LinkState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Direction;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Xdp;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an agent does when interfaces come and go; it is told, and looks at nothing by itself. */
class MovingTargetsTest extends WithAgent {
  private static final Duration SOON = Duration.ofMillis(900);

  @BeforeEach
  void startAgent() {
    start();
  }

  @Test
  @DisplayName(
      "a pattern without a match is Pending; what comes is attached, and let go when it went")
  void appearAndVanish() {
    source.program("a", "a-1", "l1", xdp("wan*")).apply();
    soon(() -> found("a").filter(p -> p.reason() == Reason.NoTarget).isPresent());
    assertThat(row("a").state()).isEqualTo(State.Pending);

    kernel.addInterface("wan0");
    soon(() -> attached("a", "xdp wan0"));
    kernel.addInterface("wan1");
    soon(() -> attached("a", "xdp wan0", "xdp wan1"));
    kernel.removeInterface("wan0");
    soon(() -> attached("a", "xdp wan1"));
    kernel.removeInterface("wan1");
    soon(() -> found("a").filter(p -> p.reason() == Reason.NoTarget).isPresent());

    assertThat(kernel.observe().getFirst().links()).isEmpty();
    assertThat(loads()).isEqualTo(1);
  }

  @Test
  @DisplayName("an interface that went and came again between two looks is attached anew")
  void flap() {
    source.program("a", "a-1", "l1", xdp("eth0")).apply();
    soon(() -> attached("a", "xdp eth0"));
    List<Integer> before = ids("a");

    kernel.removeInterface("eth0");
    kernel.addInterface("eth0");

    soon(() -> attached("a", "xdp eth0") && !ids("a").equals(before));
  }

  @Test
  @DisplayName(
      "primary follows the default route; the new interface is attached before the old ends")
  void primary() {
    source.program("a", "a-1", "l1", xdp("primary", "eth0")).apply();
    soon(() -> attached("a", "xdp eth0"));

    kernel.routeTo(Optional.of("eth1"));
    soon(() -> attached("a", "xdp eth0", "xdp eth1"));
    source.program("b", "b-1", "l1", tc("primary")).apply();
    soon(() -> attached("b", "tc ingress eth1"));
    kernel.routeTo(Optional.of("eth0"));

    soon(() -> attached("b", "tc ingress eth0") && attached("a", "xdp eth0"));
    List<String> ofB =
        kernel.calls().stream().filter(c -> c.contains("ns/b@") && c.contains(" f ")).toList();
    assertThat(ofB)
        .containsExactly(
            "attach ns/b@l1 f tc ingress eth1",
            "attach ns/b@l1 f tc ingress eth0",
            "detach ns/b@l1 f tc ingress eth1");
  }

  @Test
  @DisplayName("fifty programs and a storm of interfaces: who waits for others does nothing")
  void storm() {
    for (int i = 0; i < 24; i++) {
      source.program("t" + i, "r", "l", new Tracepoint("syscalls/sys_enter_open"));
      source.program("x" + i, "r", "l", tc("eth0"));
    }
    source.program("waiting", "r", "l", tc("wan*"));
    source.program("following", "r", "l", tc("veth*")).apply();
    soon(() -> last().programs().size() == 50);
    soon(() -> "48 attached, 2 pending".equals(last().summary()));
    int before = kernel.calls().size();

    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      kernel.addInterface("veth" + random.nextInt(10));
      kernel.removeInterface("veth" + random.nextInt(10));
    }
    for (int i = 0; i < 10; i++) {
      kernel.removeInterface("veth" + i);
    }
    kernel.addInterface("veth3");

    soon(() -> attached("following", "tc ingress veth3"));
    assertThat(kernel.calls().subList(before, kernel.calls().size()))
        .allMatch(call -> call.contains("ns/following@"));
    assertThat(row("waiting").reason()).isEqualTo(Reason.NoTarget);
  }

  @Test
  @DisplayName(
      "an interface that comes while the program is being attached elsewhere is not missed")
  void duringAnAttempt() {
    kernel.addInterface("wan0");
    kernel.refuse(
        call -> {
          if (call.equals("attach ns/a@l1 f xdp wan0")) {
            // By another thread, as netlink tells; this one is in the middle of its attempt.
            Thread other = Thread.ofPlatform().start(() -> kernel.addInterface("wan1"));
            assertThat(other.isAlive()).isTrue();
          }
          return Optional.empty();
        });

    source.program("a", "a-1", "l1", xdp("wan*")).apply();

    soon(() -> attached("a", "xdp wan0", "xdp wan1"));
  }

  @Test
  @DisplayName("a program whose target cannot be looked at, ever, keeps no other from its own")
  void oneThatHangs() {
    CountDownLatch hung = new CountDownLatch(1);
    source.program("a", "r", "l", xdp("nfs*")).program("b", "r", "l", xdp("wan*")).apply();
    soon(() -> "2 pending".equals(last().summary()));
    kernel.beforeTargets(
        attach -> {
          if (attach.hook().equals(xdp("nfs*"))) {
            try {
              hung.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        });
    try {
      for (String name : List.of("wan0", "wan1", "wan2")) {
        Thread.ofPlatform().daemon().start(() -> kernel.addInterface(name));
      }
      soon(() -> attached("b", "xdp wan0", "xdp wan1", "xdp wan2"));
    } finally {
      hung.countDown();
    }
  }

  @Test
  @DisplayName("five hundred interfaces are attached; the status lists 32 and counts the others")
  void bounded() {
    for (int i = 0; i < 500; i++) {
      kernel.addInterface("veth%03d".formatted(i));
    }
    source.program("a", "a-1", "l1", tc("veth*")).apply();
    await().until(() -> found("a").filter(p -> p.state() == State.Attached).isPresent());

    assertThat(kernel.observe().getFirst().links()).hasSize(500);
    FunctionState function = row("a").functions().getFirst();
    assertThat(function.links()).hasSize(32);
    assertThat(function.linkCount()).isEqualTo(500);

    int written = writes();
    kernel.removeInterface("veth499");
    soon(() -> linkCount("a") == 499);
    assertThat(writes()).isGreaterThan(written);
  }

  private int linkCount(String name) {
    return found(name).stream()
        .flatMap(p -> p.functions().stream())
        .mapToInt(FunctionState::linkCount)
        .sum();
  }

  private static Hook xdp(String... names) {
    return new Xdp(List.of(names), null);
  }

  private static Hook tc(String name) {
    return new Tc(List.of(name), Direction.Ingress);
  }

  private static void soon(BooleanSupplier condition) {
    await()
        .atMost(SOON.multipliedBy(5))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(condition::getAsBoolean);
  }

  private boolean attached(String name, String... targets) {
    return found(name).filter(p -> p.state() == State.Attached).stream()
        .flatMap(p -> p.functions().stream())
        .flatMap(f -> f.links().stream())
        .map(LinkState::target)
        .toList()
        .equals(List.of(targets));
  }

  private List<Integer> ids(String name) {
    return found(name).stream()
        .flatMap(p -> p.functions().stream())
        .flatMap(f -> f.links().stream())
        .map(LinkState::id)
        .toList();
  }
}
