package dev.skep.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Xdp;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A function that the kernel cannot run costs the program no more than it must")
class FallbackTest extends WithAgent {
  private static final Hook OPEN = new Tracepoint("syscalls/sys_enter_open");

  @Test
  @DisplayName("What lacks something is not loaded; the next of its group runs, and both are shown")
  void fallback() {
    kernel.lack("new", "new needs what this kernel does not have");
    start();

    source.functions("a", "1", of("new", null, false), of("old", "new", false)).apply();

    ProgramState row = awaitState("a", State.Attached);
    assertThat(kernel.calls()).contains("load ns/a@1").noneMatch(c -> c.contains("attach new"));
    assertThat(row.reason()).isNull();
    assertThat(row.message())
        .isEqualTo("old runs in place of new: new needs what this kernel does not have");
    assertThat(row.functions()).extracting(FunctionState::function).containsExactly("old", "new");
    assertThat(row.functions().getLast().reason()).isEqualTo(Reason.Incompatible);
  }

  @Test
  @DisplayName("What turns out at load to be unsupported is followed by the next, not by a failure")
  void foundOutAtLoad() {
    refuseLoadOnce(Failure.of(Reason.Incompatible, "cannot", "new"));
    start();

    source.functions("a", "1", of("new", null, false), of("old", "new", false)).apply();

    assertThat(awaitState("a", State.Attached).message())
        .contains("old runs in place of new: cannot");
  }

  @Test
  @DisplayName("What the verifier rejects is a mistake, and no reason for another function")
  void verifier() {
    refuseLoadOnce(Failure.of(Reason.VerifierRejected, "R0 is bad", "new"));
    start();

    source.functions("a", "1", of("new", null, false), of("old", "new", false)).apply();

    assertThat(awaitState("a", State.Failed).reason()).isEqualTo(Reason.VerifierRejected);
  }

  @Test
  @DisplayName("An optional function is left out when it lacks something or is rejected")
  void optional() {
    refuseLoadOnce(Failure.of(Reason.VerifierRejected, "R0 is bad", "rejected"));
    kernel.lack("lacking", "no such helper");
    start();

    source
        .functions(
            "a",
            "1",
            of("must", null, false),
            of("lacking", null, true),
            of("rejected", null, true))
        .apply();

    ProgramState row = awaitState("a", State.Attached);
    assertThat(row.functions())
        .extracting(FunctionState::function, FunctionState::reason)
        .containsExactlyInAnyOrder(
            tuple("must", null),
            tuple("lacking", Reason.Incompatible),
            tuple("rejected", Reason.VerifierRejected));
    assertThat(row.message()).contains("goes without lacking: no such helper");
  }

  @Test
  @DisplayName("An optional function is not left out for what passes by")
  void optionalInTheEnd() {
    refuseLoadOnce(Failure.of(Reason.NodeNotReady, "no descriptor is free", "rejected"));
    start();

    source.functions("a", "1", of("must", null, false), of("rejected", null, true)).apply();

    ProgramState row = awaitState("a", State.Attached);
    assertThat(row.functions())
        .extracting(FunctionState::function, FunctionState::reason)
        .containsExactlyInAnyOrder(tuple("must", null), tuple("rejected", null));
  }

  @Test
  @DisplayName("An optional function that cannot be attached yet leaves the program attached")
  void optionalTarget() {
    start();
    RevisionProgram waits =
        new RevisionProgram(
            "waits",
            "xdp",
            "xdp",
            List.of(Attach.of(new Xdp(List.of("wlan0"), null))),
            null,
            true,
            null);
    source.functions("a", "1", of("must", null, false), waits).apply();

    ProgramState row = awaitState("a", State.Attached);
    assertThat(row.message()).contains("goes without waits: interface wlan0");

    kernel.addInterface("wlan0");
    Awaitility.await()
        .atMost(Duration.ofSeconds(3))
        .until(() -> found("a").filter(r -> r.message() == null).isPresent());
  }

  @Test
  @DisplayName("No function of a group can run: Incompatible, and nothing is loaded")
  void incompatible() {
    kernel.lack("new", "no new");
    kernel.lack("old", "no old");
    start();

    source.functions("a", "1", of("new", null, false), of("old", "new", false)).apply();
    source.functions("b", "1", of("f", null, false)).apply();

    ProgramState row = awaitState("a", State.Incompatible);
    assertThat(row.message()).isEqualTo("no new; instead of it no old");
    assertThat(awaitState("b", State.Attached).reason()).isNull();
    assertThat(kernel.calls()).doesNotContain("load ns/a@1");
  }

  @Test
  @DisplayName("A daemon that starts anew keeps what was chosen, and loads nothing again")
  void startsAnew() {
    refuseLoadOnce(Failure.of(Reason.Incompatible, "cannot", "new"));
    start();
    source.functions("a", "1", of("new", null, false), of("old", "new", false)).apply();
    awaitState("a", State.Attached);
    agent.close();
    forgetStatus();
    kernel.refuse(call -> Optional.empty());
    int calls = kernel.calls().size();

    start();

    awaitState("a", State.Attached);
    assertThat(kernel.calls().subList(calls, kernel.calls().size())).isEmpty();
  }

  @Test
  @DisplayName("A daemon that starts anew says why what was left out is, and what brings it back")
  void leftOutBefore() {
    refuseLoadOnce(Failure.of(Reason.VerifierRejected, "R0 is bad", "rejected"));
    kernel.lack("lacking", "no such helper");
    start();
    source
        .functions(
            "a",
            "1",
            of("must", null, false),
            of("lacking", null, true),
            of("rejected", null, true))
        .apply();
    awaitState("a", State.Attached);
    agent.close();
    forgetStatus();

    start();

    assertThat(awaitState("a", State.Attached).functions())
        .filteredOn(f -> f.reason() != null)
        .extracting(FunctionState::function, FunctionState::message)
        .containsExactlyInAnyOrder(
            tuple("lacking", "goes without lacking: no such helper"),
            tuple(
                "rejected",
                "goes without rejected: rejected was left out when the others were loaded; with the"
                    + " next image, global or map of the program it is tried again"));
  }

  private void refuseLoadOnce(Failure failure) {
    boolean[] done = {false};
    kernel.refuse(
        call -> {
          boolean refuse = call.startsWith("load ns/a") && !done[0];
          done[0] |=
              refuse && failure.reason() != Reason.VerifierRejected
                  || refuse && "rejected".equals(failure.function());
          return refuse ? Optional.of(failure) : Optional.empty();
        });
  }

  private static RevisionProgram of(String function, String fallbackFor, boolean optional) {
    return new RevisionProgram(
        function, "s", "tracepoint", List.of(Attach.of(OPEN)), fallbackFor, optional, null);
  }
}
