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
    Series series = new Series(10, new Room(100));
    series.add("a", 1);
    series.add("a", 2);
    assertThat(finish(series)).isZero();
    assertThat(shown).containsExactly(Map.entry("a", 3L));
  }

  @Test
  @DisplayName("Above the bound new series are left out and counted, never more memory")
  void bounded() {
    Series series = new Series(2, new Room(100));
    for (int i = 0; i < 1000; i++) {
      series.add("s" + i, 1);
    }
    assertThat(finish(series)).isEqualTo(998);
    assertThat(shown).containsOnlyKeys("s0", "s1");
  }

  @Test
  @DisplayName("What was shown is shown again, in whatever order the map gives its entries")
  void stable() {
    Series series = new Series(2, new Room(100));
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
    Series series = new Series(1, new Room(100));
    series.add("a", 1);
    finish(series);
    series.add("b", 1);
    assertThat(finish(series)).isEqualTo(1);
    assertThat(shown).isEmpty();
    series.add("b", 1);
    assertThat(finish(series)).isZero();
    assertThat(shown).containsOnlyKeys("b");
  }

  @Test
  @DisplayName("Two metrics share their room, and what one leaves the other can take")
  void sharedRoom() {
    Room room = new Room(3);
    Series first = new Series(10, room);
    Series second = new Series(10, room);
    first.add("a", 1);
    first.add("b", 1);
    finish(first);
    second.add("c", 1);
    second.add("d", 1);
    assertThat(finish(second)).isEqualTo(1);
    first.add("a", 1);
    finish(first);
    second.add("c", 1);
    second.add("d", 1);
    assertThat(finish(second)).isZero();
    first.close();
    second.close();
    for (int i = 0; i < 3; i++) {
      assertThat(room.take()).isTrue();
    }
    assertThat(room.take()).isFalse();
  }
}
