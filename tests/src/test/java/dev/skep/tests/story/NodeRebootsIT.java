package dev.skep.tests.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A node boots while what it would ask is away: no pin is left, the kernel's ids begin anew, and
 * the daemon has what is on the node's disk.
 */
class NodeRebootsIT {
  private final Stack stack;

  NodeRebootsIT(@Shared Stack stack) {
    this.stack = stack;
  }

  @BeforeEach
  void run() throws Exception {
    String image = stack.registry().address() + "/reboot/tp:v1";
    TestImages.push(image, Map.of("tp.bpf.o", TestImages.object("tp")));
    stack.apply(
        "comes-back",
        """
        image: {reference: %s}
        metrics: [{name: comes_back_hits_total, type: counter, map: hits}]
        """
            .formatted(image));
    stack.awaitReady("comes-back");
    ProgramsSurviveIT.openFiles(1000);
    assertThat(stack.metric("comes_back_hits_total", "")).isGreaterThanOrEqualTo(1000);
  }

  @AfterEach
  void removePrograms() {
    stack.deletePrograms();
  }

  @Test
  @DisplayName("the operator and its mirror are down: the programs come back from the node's disk")
  void theOperatorIsDown() throws Exception {
    stack.operator().kill();
    try {
      stack.rebootNode();
      assertRunsAnew();
    } finally {
      stack.startOperator();
    }
    stack.awaitReady("comes-back");
  }

  @Test
  @DisplayName("the API server is down too: the programs come back by what it said last")
  void theApiServerIsDownToo() throws Exception {
    stack.operator().kill();
    stack.cluster().killApiServer();
    try {
      stack.rebootNode();
      assertRunsAnew();
    } finally {
      stack.cluster().restartApiServer();
      stack.startOperator();
    }
    stack.awaitReady("comes-back");
  }

  private void assertRunsAnew() throws Exception {
    Awaitility.await("attached again")
        .atMost(Duration.ofSeconds(30))
        .until(() -> stack.pins("comes-back", "links").size() == 1);
    // A new map: what was counted before the boot is gone, as the kernel that counted it.
    double before = stack.metric("comes_back_hits_total", "");
    ProgramsSurviveIT.openFiles(100);
    assertThat(stack.metric("comes_back_hits_total", "")).isGreaterThanOrEqualTo(before + 100);
  }
}
