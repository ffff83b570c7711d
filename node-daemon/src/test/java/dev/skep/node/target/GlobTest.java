package dev.skep.node.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "veth*, veth0, true",
    "veth*, veth, true",
    "veth*, eth0, false",
    "*, anything, true",
    "*, '', true",
    "eth?, eth0, true",
    "eth?, eth, false",
    "eth?, eth10, false",
    "e*0, eth0, true",
    "e*0, eth0.101, false",
    "*th*0*, wlth10x, true",
    "a*b*c, abcbc, true",
    "a*b*c, abcb, false",
    "eth0, eth0, true",
    "eth.0, ethx0, false",
    "[e]th0, eth0, false",
  })
  @DisplayName("* is any text, ? one letter, and everything else is itself")
  void matches(String pattern, String name, boolean matches) {
    assertThat(new Glob(pattern).matches(name)).isEqualTo(matches);
  }

  @Test
  @DisplayName("a pattern made to be slow is not")
  void hostile() {
    Glob glob = new Glob("*a".repeat(5000) + "b");
    String name = "a".repeat(10_000);

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> assertThat(glob.matches(name)).isFalse());
  }
}
