package dev.skep.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SeriesTest {
  private final Map<String, Long> shown = new TreeMap<>();

  private long finish(Series series) {
    shown.clear();
    return series.finish(shown::put);
  }

  @Test
  @DisplayName("Entries with the same labels are added up")
  void sums() {
    Series series = new Series(10);
    series.add("a", 1);
    series.add("a", 2);
    assertThat(finish(series)).isZero();
    assertThat(shown).containsExactly(Map.entry("a", 3L));
  }

  @Test
  @DisplayName("Above the bound new series are left out and counted, never more memory")
  void bounded() {
    Series series = new Series(2);
    for (int i = 0; i < 1000; i++) {
      series.add("s" + i, 1);
    }
    assertThat(finish(series)).isEqualTo(998);
    assertThat(shown).containsOnlyKeys("s0", "s1");
  }

  @Test
  @DisplayName("What was shown is shown again, in whatever order the map gives its entries")
  void stable() {
    Series series = new Series(2);
    series.add("a", 1);
    series.add("b", 1);
    finish(series);
    series.add("c", 1);
    series.add("b", 2);
    series.add("a", 2);
    assertThat(finish(series)).isEqualTo(1);
    assertThat(shown).containsOnlyKeys("a", "b");
  }

  @Test
  @DisplayName("A series that is gone gives its place away at the next scrape")
  void placesComeFree() {
    Series series = new Series(1);
    series.add("a", 1);
    finish(series);
    series.add("b", 1);
    assertThat(finish(series)).isEqualTo(1);
    assertThat(shown).isEmpty();
    series.add("b", 1);
    assertThat(finish(series)).isZero();
    assertThat(shown).containsOnlyKeys("b");
  }
}
