package dev.skep.tests.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfProgramStatus.Phase;
import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A failure is local and bounded: others do not notice, and nothing is tried or written without
 * end.
 */
class OneFailingAmongTenIT {
  private final Stack stack;

  OneFailingAmongTenIT(@Shared Stack stack) {
    this.stack = stack;
  }

  @AfterEach
  void removePrograms() {
    stack.deletePrograms();
  }

  @Test
  @DisplayName(
      "nine become Ready; the tenth writes its status once, and is not tried again and again")
  void nineAreReadyAndTheTenthIsQuiet() {
    String good = stack.registry().address() + "/ten/tp:v1";
    String bad = stack.registry().address() + "/ten/rejected:v1";
    TestImages.push(good, Map.of("tp.bpf.o", TestImages.object("tp")));
    TestImages.push(bad, Map.of("rejected.bpf.o", TestImages.object("rejected")));

    stack.apply("bad", "image: {reference: " + bad + "}");
    for (int i = 1; i < 10; i++) {
      stack.apply("good-" + i, "image: {reference: " + good + "}");
    }
    for (int i = 1; i < 10; i++) {
      stack.awaitReady("good-" + i);
    }
    BpfProgramStatus status =
        stack.await("bad", Duration.ofSeconds(20), s -> s.phase() == Phase.Degraded);
    assertThat(status.failures().getFirst().function()).isEqualTo("on_openat");

    String version = stack.program("bad").getMetadata().getResourceVersion();
    double attempts = stack.metric("skep_loads_total", "outcome=\"failed\"");
    assertThat(attempts).isPositive();
    Stack.pause(60_000);

    assertThat(stack.program("bad").getMetadata().getResourceVersion()).isEqualTo(version);
    assertThat(stack.metric("skep_loads_total", "outcome=\"failed\"") - attempts)
        .isLessThanOrEqualTo(3);
    assertThat(stack.program("good-1").getStatus().phase()).isEqualTo(Phase.Ready);
  }
}
