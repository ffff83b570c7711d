package dev.skep.tests.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.process.Command;
import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import dev.skep.tests.stack.Veth;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An interface takes one XDP program: who came first stays, who came second is told who it is. */
class SharedInterfaceIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private final Stack stack;
  private Veth veth;
  private String image;

  SharedInterfaceIT(@Shared Stack stack) {
    this.stack = stack;
  }

  @BeforeEach
  void makeAnInterface() {
    veth = Veth.create("skepxdp0");
    image = stack.registry().address() + "/shared/xdp_count:v1";
    TestImages.push(image, Map.of("xdp_count.bpf.o", TestImages.object("xdp_count")));
  }

  @AfterEach
  void cleanUp() {
    stack.deletePrograms();
    veth.close();
  }

  private String xdpOn(String interfaceName) {
    return """
        image: {reference: %s}
        programs: [{function: count_packets, attach: {xdp: {interfaces: [%s]}}}]
        """
        .formatted(image, interfaceName);
  }

  @Test
  @DisplayName(
      "two BpfPrograms want one interface: the second is InterfaceBusy and names the first")
  void theSecondIsToldWhoIsFirst() {
    stack.apply("first", xdpOn(veth.name()));
    stack.awaitReady("first");
    stack.apply("second", xdpOn(veth.name()));

    BpfProgramStatus second = stack.await("second", SOON, s -> !s.failures().isEmpty());

    assertThat(second.failures().getFirst().reason()).isEqualTo(Reason.InterfaceBusy);
    assertThat(second.failures().getFirst().message())
        .contains(Stack.NAMESPACE + "/first", veth.name());
    assertThat(stack.program("first").getStatus().phase()).isEqualTo(BpfProgramStatus.Phase.Ready);

    stack.client().resource(stack.program("first")).delete();
    stack.await("second", Duration.ofMinutes(2), s -> s.phase() == BpfProgramStatus.Phase.Ready);
  }

  @Test
  @DisplayName("a foreign XDP program is there: left alone, and named")
  void aForeignProgramIsLeftAlone() throws Exception {
    Path foreign =
        Files.write(Files.createTempFile("foreign", ".o"), TestImages.object("xdp_pass"));
    Path pin = Path.of("/sys/fs/bpf/skep-foreign-" + ProcessHandle.current().pid());
    Command.run("bpftool", "prog", "load", foreign.toString(), pin.toString(), "type", "xdp");
    try {
      Command.run("bpftool", "net", "attach", "xdp", "pinned", pin.toString(), "dev", veth.name());
      String before = Command.run("bpftool", "net", "show", "dev", veth.name());
      stack.apply("ours", xdpOn(veth.name()));

      BpfProgramStatus ours = stack.await("ours", SOON, s -> !s.failures().isEmpty());

      assertThat(ours.failures().getFirst().reason()).isEqualTo(Reason.InterfaceBusy);
      assertThat(ours.failures().getFirst().message()).contains(veth.name());
      String id = before.replaceAll("(?s).*xdp:.*? id (\\d+).*", "$1");
      assertThat(ours.failures().getFirst().message()).contains(id);
      assertThat(Command.run("bpftool", "net", "show", "dev", veth.name())).isEqualTo(before);
    } finally {
      Files.deleteIfExists(pin);
      Files.deleteIfExists(foreign);
    }
  }

  @Test
  @DisplayName("packets are counted, and go on being counted over a change of a global")
  void countersSurviveAChangeOfAGlobal() {
    stack.apply("counting", xdpOn(veth.name()));
    stack.awaitReady("counting");
    veth.send(50);
    double before = stack.metric("skep_program_run_total", "counting");
    assertThat(before).isGreaterThanOrEqualTo(50);

    stack.apply("counting", xdpOn(veth.name()) + "globals: {action: 2}\n");
    stack.awaitReady("counting");
    veth.send(50);

    assertThat(stack.metric("skep_program_run_total", "counting"))
        .isGreaterThanOrEqualTo(before + 50);
    assertThat(stack.xdpLoads("counting")).hasSize(1);
    assertThat(stack.pins("counting", "programs")).hasSize(1);
  }
}
