package dev.skep.node.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.RunStatistics;
import dev.skep.node.report.UsageMeter.Function;
import dev.skep.node.report.UsageMeter.Rate;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UsageMeterTest {
  private static final LoadKey LOAD = new LoadKey("ns", "a", "l");
  private static final Function F = new Function(LOAD, "f");
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final UsageMeter meter = new UsageMeter();

  @Test
  @DisplayName("a newcomer has numbers after five seconds")
  void newcomer() {
    sample(0, 100, 1000);
    assertThat(meter.due(at(0))).isFalse();
    sample(5, 200, 2000);

    assertThat(meter.due(at(5))).isTrue();
    assertThat(meter.speak(at(5))).containsEntry(F, new Rate(20, 10));
    assertThat(meter.due(at(5))).isFalse();
  }

  @Test
  @DisplayName("what moved by a tenth is said, and not before a minute has passed")
  void onceAMinute() {
    spoken();
    sample(20, 500, 5000);
    assertThat(meter.due(at(20))).as("same rate").isFalse();
    sample(35, 5000, 50000);
    assertThat(meter.due(at(35))).as("moved, but too early").isFalse();

    assertThat(meter.due(at(65))).isTrue();
  }

  @Test
  @DisplayName("what moved by less than a tenth is not said")
  void noise() {
    spoken();
    sample(80, 200 + 75 * 21, (200 + 75 * 21) * 10);

    assertThat(meter.due(at(80))).isFalse();
  }

  @Test
  @DisplayName("a program that never runs costs no write after the first")
  void idle() {
    sample(0, 0, 0);
    sample(5, 0, 0);
    assertThat(meter.speak(at(5))).containsEntry(F, new Rate(0, 0));
    for (int second = 20; second < 600; second += 15) {
      sample(second, 0, 0);
      assertThat(meter.due(at(second))).isFalse();
    }
  }

  @Test
  @DisplayName("totals that begin again are not a rate below zero")
  void beginAgain() {
    spoken();
    sample(20, 1, 1);
    sample(26, 61, 601);

    assertThat(meter.speak(at(26)).get(F).runsPerSecond()).isEqualTo(10);
  }

  @Test
  @DisplayName("a load that is gone is forgotten")
  void gone() {
    spoken();
    meter.sample(Map.of(), at(20));

    assertThat(meter.speak(at(20))).isEmpty();
  }

  private void spoken() {
    sample(0, 100, 1000);
    sample(5, 200, 2000);
    meter.speak(at(5));
  }

  private void sample(int second, long runs, long nanoseconds) {
    meter.sample(Map.of(LOAD, Map.of("f", new RunStatistics(runs, nanoseconds, 0))), at(second));
  }

  private static Instant at(int second) {
    return START.plusSeconds(second);
  }
}
