package dev.skep.operator.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OutageTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Outage outage = Outage.NONE;

  @Test
  @DisplayName("without an outage a heartbeat counts as it is")
  void none() {
    assertThat(counted(at(10), at(500))).isEqualTo(at(10));
  }

  @Test
  @DisplayName(
      "who was heard up to an outage is not silent in it, and has the whole limit after it")
  void heardBefore() {
    outage = outage.begins(at(1000), LIMIT);
    assertThat(counted(at(980), at(1300))).isEqualTo(at(1300));

    outage = outage.ends(at(1400));
    assertThat(counted(at(980), at(1430))).isEqualTo(at(1400));
    assertThat(counted(at(1420), at(1430))).isEqualTo(at(1420));
  }

  @Test
  @DisplayName("who was silent before an outage stays so: it brings no dead node back")
  void silentBefore() {
    outage = outage.begins(at(1000), LIMIT);
    assertThat(counted(at(940), at(1001))).isEqualTo(at(940));

    outage = outage.ends(at(1005));
    assertThat(counted(at(300), at(1006))).isEqualTo(at(300));
  }

  @Test
  @DisplayName("a second outage before the limit is over takes nobody's time away")
  void again() {
    outage = outage.begins(at(1000), LIMIT).ends(at(1400)).begins(at(1430), LIMIT);
    assertThat(counted(at(980), at(1500))).isEqualTo(at(1500));

    outage = outage.ends(at(1500)).begins(at(1560), LIMIT);
    assertThat(counted(at(980), at(1570))).as("its time is over").isEqualTo(at(980));
  }

  private Instant counted(Instant heartbeat, Instant now) {
    return outage.counted(heartbeat, LIMIT, now);
  }

  private static Instant at(long second) {
    return Instant.ofEpochSecond(1_800_000_000L + second);
  }
}
