package dev.skep.tests.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.LinkState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import dev.skep.tests.stack.Veth;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A program for interfaces that match a pattern, while there are none, some, and none again. */
class InterfacesComeAndGoIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String PATTERN = "skepwan*";

  private final Stack stack;
  private String spec;

  InterfacesComeAndGoIT(@Shared Stack stack) {
    this.stack = stack;
  }

  @BeforeEach
  void push() {
    String image = stack.registry().address() + "/interfaces/tcx_count:v1";
    TestImages.push(image, Map.of("tcx_count.bpf.o", TestImages.object("tcx_count")));
    spec =
        """
        image: {reference: %s}
        programs:
        - function: on_ingress
          attach: {tc: {interfaces: ["%s"], direction: Ingress}}
        """
            .formatted(image, PATTERN);
  }

  @AfterEach
  void cleanUp() {
    stack.deletePrograms();
  }

  @Test
  @DisplayName(
      "no match: Pending with NoTarget; each that comes is attached; the last gone: NoTarget")
  void comeAndGo() {
    stack.apply("wan", spec);
    BpfProgramStatus none =
        stack.await("wan", SOON, s -> s.failures().stream().anyMatch(f -> isNoTarget(f.reason())));
    assertThat(none.failures().getFirst().message()).contains("no interface matches " + PATTERN);
    assertThat(none.phase()).isEqualTo(BpfProgramStatus.Phase.Pending);
    assertThat(none.nodes().failed()).isZero();
    assertThat(row().state()).isEqualTo(State.Pending);

    try (Veth first = Veth.create("skepwan0")) {
      stack.awaitReady("wan");
      assertThat(targets()).containsExactly("tc ingress " + first.name());
      first.send(5);
      assertThat(stack.metric("skep_program_run_total", "wan")).isPositive();

      try (Veth second = Veth.create("skepwan1")) {
        awaitTargets("tc ingress " + first.name(), "tc ingress " + second.name());
        assertThat(stack.pins("wan", "links")).hasSize(2);
      }
      awaitTargets("tc ingress " + first.name());
      assertThat(stack.pins("wan", "links")).hasSize(1);
      assertThat(row().state()).isEqualTo(State.Attached);
    }

    BpfProgramStatus again =
        stack.await("wan", SOON, s -> s.failures().stream().anyMatch(f -> isNoTarget(f.reason())));
    assertThat(again.phase()).isEqualTo(BpfProgramStatus.Phase.Pending);
    assertThat(again.nodes().failed()).isZero();
    assertThat(stack.pins("wan", "links")).isEmpty();
    assertThat(stack.pins("wan", "programs")).isNotEmpty();
  }

  private static boolean isNoTarget(Reason reason) {
    return reason == Reason.NoTarget;
  }

  private ProgramState row() {
    return stack.node().getStatus().programs().stream()
        .filter(program -> program.name().equals("wan"))
        .findFirst()
        .orElseThrow();
  }

  private List<String> targets() {
    return row().functions().stream()
        .map(FunctionState::links)
        .flatMap(List::stream)
        .map(LinkState::target)
        .toList();
  }

  private void awaitTargets(String... targets) {
    Awaitility.await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(targets()).containsExactly(targets));
  }
}
