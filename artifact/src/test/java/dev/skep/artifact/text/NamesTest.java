package dev.skep.artifact.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Names in messages help, and are never too many")
class NamesTest {
  private static final List<String> THERE = List.of("count_open", "count_close", "on_exit");

  @Test
  @DisplayName("a slip of the fingers is understood, another word is not")
  void nearest() {
    assertThat(Names.nearest("count_opne", THERE)).hasValue("count_open");
    assertThat(Names.nearest("cout_close", THERE)).hasValue("count_close");
    assertThat(Names.nearest("sys_enter", THERE)).isEmpty();
    assertThat(Names.nearest("x", List.of())).isEmpty();
  }

  @Test
  @DisplayName("of two as near, the first by the alphabet is named")
  void ties() {
    assertThat(Names.nearest("mapc", List.of("mapb", "mapa"))).hasValue("mapa");
  }

  @Test
  @DisplayName("lists read as English and end")
  void lists() {
    assertThat(Names.anyOf(THERE)).isEqualTo("count_open, count_close or on_exit");
    assertThat(Names.anyOf(List.of("a"))).isEqualTo("a");
    assertThat(Names.list(List.of())).isEqualTo("none");
    assertThat(Names.list(IntStream.range(0, 50).mapToObj(Integer::toString).toList()))
        .isEqualTo("0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …");
    assertThat(Names.suggestion("on_exti", THERE))
        .isEqualTo("; did you mean on_exit? There is count_open, count_close or on_exit");
  }

  @Test
  @DisplayName("whatever an object calls itself, a message stays one short line")
  void oneLine() {
    assertThat(Names.shorten("a\nb\u0007c")).isEqualTo("a?b?c");
    assertThat(Names.shorten("x".repeat(1000))).hasSize(64).endsWith("…");
  }
}
