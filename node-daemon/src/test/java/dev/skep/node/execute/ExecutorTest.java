package dev.skep.node.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.node.execute.Executor.Outcome;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.LoadRequest;
import dev.skep.node.kernel.SimulatedKernel;
import dev.skep.node.kernel.WantedLink;
import dev.skep.node.log.Log;
import dev.skep.node.plan.Desired;
import dev.skep.node.plan.Planner;
import dev.skep.node.plan.Step;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ExecutorTest {
  private static final Logger LOGGER = Logger.getLogger(ExecutorTest.class.getName());
  private static final WantedLink OPEN = tracepoint("open");
  private static final WantedLink CLOSE = tracepoint("close");

  private final SimulatedKernel kernel = new SimulatedKernel();

  @BeforeAll
  static void quiet() {
    LOGGER.setLevel(Level.OFF);
  }

  @Test
  @DisplayName("a load that fails leaves what ran before as it is")
  void loadFails() {
    bring("old", OPEN, CLOSE);
    refuse("load ns/p@new", Reason.VerifierRejected);

    Outcome outcome = bring("new", OPEN, CLOSE);

    assertThat(outcome.failures())
        .extracting(Failure::reason)
        .containsExactly(Reason.VerifierRejected);
    assertThat(outcome.loaded()).contains(false);
    assertThat(kernel.observe()).hasSize(1);
    assertThat(kernel.observe().getFirst().key()).isEqualTo(key("old"));
    assertThat(kernel.observe().getFirst().links()).hasSize(2);
  }

  @Test
  @DisplayName("a link that cannot follow leaves the old one, and its load; the others follow")
  void linkFails() {
    bring("old", OPEN, CLOSE);
    refuse("attach ns/p@new f tracepoint syscalls/sys_enter_open", Reason.AttachFailed);

    Outcome outcome = bring("new", OPEN, CLOSE);

    assertThat(outcome.failures()).hasSize(1);
    assertThat(targets("old")).containsExactly(OPEN.target());
    assertThat(targets("new")).containsExactly(CLOSE.target());
  }

  @Test
  @DisplayName("what was left is done by the next plan")
  void goesOn() {
    bring("old", OPEN, CLOSE);
    refuse("attach ns/p@new f tracepoint syscalls/sys_enter_open", Reason.AttachFailed);
    bring("new", OPEN, CLOSE);
    kernel.refuse(call -> Optional.empty());

    Outcome outcome = bring("new", OPEN, CLOSE);

    assertThat(outcome.failures()).isEmpty();
    assertThat(kernel.observe()).hasSize(1);
    assertThat(targets("new")).containsExactlyInAnyOrder(OPEN.target(), CLOSE.target());
  }

  @Test
  @DisplayName("a link that cannot be detached keeps its load")
  void detachFails() {
    bring("old", OPEN);
    refuse("detach ns/p@old", Reason.InternalError);

    Outcome outcome = bring("new", OPEN);

    assertThat(outcome.failures())
        .extracting(Failure::reason)
        .containsExactly(Reason.InternalError);
    assertThat(kernel.observe(key("old"))).isPresent();
    assertThat(kernel.calls()).noneMatch(call -> call.startsWith("unload"));
  }

  @Test
  @DisplayName("a load whose maps cannot be filled is never attached, and the old one goes on")
  void fillFails() {
    bring("old", OPEN);
    refuse("fill ns/p@new", Reason.MapFull);

    for (int attempt = 0; attempt < 3; attempt++) {
      Outcome outcome = bring(filled("new", OPEN));

      assertThat(outcome.failures()).extracting(Failure::reason).containsExactly(Reason.MapFull);
      assertThat(targets("old")).containsExactly(OPEN.target());
      assertThat(targets("new")).isEmpty();
    }
    kernel.refuse(call -> Optional.empty());
    assertThat(bring(filled("new", OPEN)).failures()).isEmpty();
    assertThat(kernel.observe()).hasSize(1);
    assertThat(targets("new")).containsExactly(OPEN.target());
  }

  @Test
  @DisplayName("a load that runs goes on when its maps cannot be filled, and so does its plan")
  void fillOfWhatRunsFails() {
    bring("old", OPEN);
    refuse("fill ns/p@old", Reason.MapFull);

    assertThat(bring(filled("old", OPEN, CLOSE)).failures()).hasSize(1);
    assertThat(targets("old")).containsExactlyInAnyOrder(OPEN.target(), CLOSE.target());

    assertThat(bring(filled("old")).failures()).hasSize(1);
    assertThat(targets("old")).as("verified only").isEmpty();
  }

  @Test
  @DisplayName("an exception that nobody foresaw is a failure of its step, not of the lane")
  void fault() {
    Outcome outcome =
        Executor.run(
            List.of(new Step.Load(key("a"), List.of())),
            kernel,
            step -> {
              throw new IllegalStateException("surprise");
            },
            Log.of(ExecutorTest.class));

    assertThat(outcome.failures().getFirst())
        .isEqualTo(Failure.of(Reason.InternalError, "java.lang.IllegalStateException: surprise"));
  }

  private Outcome bring(String load, WantedLink... links) {
    return bring(new Desired(key(load), Set.of("f"), List.of(links)));
  }

  private static Desired filled(String load, WantedLink... links) {
    return new Desired(key(load), Set.of("f"), List.of(links)).filling(Optional.of(List.of()));
  }

  private Outcome bring(Desired desired) {
    return Executor.run(
        Planner.plan(Optional.of(desired), kernel.observe(), kernel::replacesInPlace),
        kernel,
        step ->
            new LoadRequest(step.key(), null, null, Set.of("f"), Map.of(), List.of(), step.reuse()),
        Log.of(ExecutorTest.class));
  }

  private void refuse(String start, Reason reason) {
    kernel.refuse(
        call -> call.startsWith(start) ? Optional.of(Failure.of(reason, "no")) : Optional.empty());
  }

  private List<String> targets(String load) {
    return kernel.observe(key(load)).orElseThrow().links().stream().map(l -> l.target()).toList();
  }

  private static LoadKey key(String load) {
    return new LoadKey("ns", "p", load);
  }

  private static WantedLink tracepoint(String call) {
    return WantedLink.of("f", Attach.of(new Tracepoint("syscalls/sys_enter_" + call))).getFirst();
  }
}
