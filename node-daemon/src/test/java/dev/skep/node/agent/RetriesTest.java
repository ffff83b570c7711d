package dev.skep.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.node.kernel.WantedLink;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RetriesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Optional<AssignedRevision> GOAL =
      Optional.of(new AssignedRevision("ns", "a", "1"));
  private static final WantedLink LINK =
      WantedLink.of("f", Attach.of(new Xdp(List.of("eth7"), null))).getFirst();
  private static final Failure MISSING = Failure.of(Reason.InterfaceNotFound, "no eth7");
  private static final Failure BUSY = Failure.of(Reason.InterfaceBusy, "taken");
  private static final Failure REJECTED = Failure.of(Reason.VerifierRejected, "no");

  private final Retries retries = new Retries(() -> 0.5);

  @Test
  @DisplayName("what is permanent is not tried again")
  void permanent() {
    retries.begin(GOAL);

    assertThat(ended(REJECTED)).isEmpty();
  }

  @Test
  @DisplayName("what may pass is tried with growing pauses, anew for another goal")
  void transientFailure() {
    retries.begin(GOAL);
    assertThat(ended(BUSY)).contains(Duration.ofSeconds(1));
    retries.begin(GOAL);
    assertThat(ended(BUSY)).contains(Duration.ofSeconds(25));

    retries.begin(Optional.of(new AssignedRevision("ns", "a", "2")));

    assertThat(ended(BUSY)).contains(Duration.ofSeconds(1));
  }

  @Test
  @DisplayName("a place that something else holds is looked at every half minute, however long")
  void placeHeldByOthers() {
    retries.begin(GOAL);
    for (int attempt = 0; attempt < 10; attempt++) {
      assertThat(ended(BUSY))
          .get()
          .satisfies(p -> assertThat(p).isLessThanOrEqualTo(Duration.ofSeconds(30)));
    }
    for (int attempt = 0; attempt < 10; attempt++) {
      ended(Failure.of(Reason.AttachFailed, "no"));
    }
    assertThat(ended(Failure.of(Reason.AttachFailed, "no"))).contains(Duration.ofSeconds(300));
  }

  @Test
  @DisplayName("letting go is a goal too: its pauses grow as well")
  void lettingGo() {
    retries.begin(Optional.empty());
    ended(BUSY);
    retries.begin(Optional.empty());

    assertThat(ended(BUSY)).contains(Duration.ofSeconds(25));
  }

  @Test
  @DisplayName("a missing target is looked for every second, and tried only when it is there")
  void missingTarget() {
    retries.begin(GOAL);
    assertThat(retries.ended(List.of(MISSING), List.of(LINK), false, NOW))
        .contains(Retries.LOOK_FOR_TARGET);

    retries.begin(GOAL);
    assertThat(retries.inVain(NOW.plusSeconds(3600), link -> true)).isTrue();
    assertThat(retries.inVain(NOW.plusSeconds(1), link -> false)).isFalse();
  }

  @Test
  @DisplayName("beside a missing target, what may pass is tried when its pause is over")
  void both() {
    retries.begin(GOAL);
    retries.ended(List.of(MISSING, BUSY), List.of(LINK), false, NOW);

    assertThat(retries.inVain(NOW.plusMillis(900), link -> true)).isTrue();
    assertThat(retries.inVain(NOW.plusMillis(1100), link -> true)).isFalse();
  }

  @Test
  @DisplayName("a goal that was not reached though nothing failed is tried again")
  void notArrived() {
    retries.begin(GOAL);
    assertThat(retries.ended(List.of(), List.of(), false, NOW)).contains(Duration.ofSeconds(1));
    assertThat(retries.ended(List.of(), List.of(), true, NOW)).isEmpty();
  }

  private Optional<Duration> ended(Failure failure) {
    return retries.ended(List.of(failure), List.of(), false, NOW);
  }
}
