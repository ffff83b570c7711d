package dev.skep.operator.program;

import static dev.skep.operator.program.Fixture.NOW;
import static dev.skep.operator.program.Fixture.node;
import static dev.skep.operator.program.Fixture.revision;
import static dev.skep.operator.program.Fixture.settings;
import static dev.skep.operator.program.Fixture.state;
import static dev.skep.operator.program.Fixture.summary;
import static dev.skep.operator.program.Fixture.used;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.operator.program.StatusPace.Keep;
import dev.skep.operator.program.StatusPace.Memory;
import dev.skep.operator.program.StatusPace.Wait;
import dev.skep.operator.program.StatusPace.Write;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StatusPaceTest {
  private static final Memory LONG_AGO =
      new Memory(NOW.minusSeconds(100), NOW.minusSeconds(100), NOW.minusSeconds(100));
  private static final Memory JUST_NOW = new Memory(NOW, Instant.EPOCH, Instant.EPOCH);
  private final BpfRevision revision = revision("p-1", Mode.Attach);
  private final Candidate admitted = new Candidate.Admitted(revision);
  private final BpfProgramStatus empty = Statuses.of(Fixture.program(null));
  private final BpfProgramStatus rollingOut = summary(null, admitted, revision, node("a", null));
  private final BpfProgramStatus ready =
      summary(null, admitted, revision, node("a", state("p-1", State.Attached)));

  @Test
  @DisplayName("the same status again is not written")
  void sameIsKept() {
    assertThat(pace(ready, ready, LONG_AGO)).isEqualTo(new Keep());
  }

  @Test
  @DisplayName("a rollout is not shown before nodes had the time to answer")
  void graceForNodes() {
    assertThat(pace(empty, rollingOut, JUST_NOW)).isEqualTo(new Wait(Duration.ofMillis(100)));
    assertThat(pace(empty, rollingOut, LONG_AGO)).isEqualTo(new Write(rollingOut));
  }

  @Test
  @DisplayName("Ready is written at once")
  void readyAtOnce() {
    assertThat(pace(empty, ready, JUST_NOW)).isEqualTo(new Write(ready));
  }

  @Test
  @DisplayName("writes that differ in numbers only keep a distance")
  void numbersKeepADistance() {
    BpfProgramStatus one =
        summary(
            null,
            admitted,
            revision,
            node("a", state("p-1", State.Attached)),
            node("b", null),
            node("c", null));
    BpfProgramStatus two =
        summary(
            one,
            admitted,
            revision,
            node("a", state("p-1", State.Attached)),
            node("b", state("p-1", State.Attached)),
            node("c", null));
    Memory written = new Memory(NOW.minusSeconds(100), NOW.minusMillis(400), Instant.EPOCH);
    assertThat(pace(one, two, written)).isEqualTo(new Wait(Duration.ofMillis(600)));
    assertThat(pace(one, two, LONG_AGO)).isEqualTo(new Write(two));
  }

  @Test
  @DisplayName("first usage is written soon, then once a minute and only when it moved by a tenth")
  void usage() {
    BpfProgramStatus at100 = summary(ready, admitted, revision, node("a", used("p-1", 100, 9, 5)));
    BpfProgramStatus at109 = summary(at100, admitted, revision, node("a", used("p-1", 109, 9, 5)));
    BpfProgramStatus at120 = summary(at100, admitted, revision, node("a", used("p-1", 120, 9, 5)));
    assertThat(pace(ready, at100, JUST_NOW)).isEqualTo(new Write(at100));
    assertThat(pace(at100, at109, LONG_AGO)).isEqualTo(new Keep());
    assertThat(pace(at100, at120, LONG_AGO)).isEqualTo(new Write(at120));
    Memory recent = new Memory(NOW, NOW, NOW.minusSeconds(20));
    assertThat(pace(at100, at120, recent)).isEqualTo(new Wait(Duration.ofSeconds(40)));
  }

  @Test
  @DisplayName("nodes that have not measured yet do not wipe out what they measured before")
  void usageIsKept() {
    BpfProgramStatus at100 = summary(ready, admitted, revision, node("a", used("p-1", 100, 9, 5)));
    assertThat(pace(at100, ready, LONG_AGO)).isEqualTo(new Keep());
  }

  private static StatusPace pace(BpfProgramStatus old, BpfProgramStatus next, Memory memory) {
    return StatusPace.of(old, next, memory, settings(), NOW);
  }
}
