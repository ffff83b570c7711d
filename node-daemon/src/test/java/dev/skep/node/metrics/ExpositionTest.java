package dev.skep.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.node.metrics.Exposition.Type;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ExpositionTest {
  @Test
  @DisplayName("Samples of one name stand together below one HELP and one TYPE")
  void together() {
    String page =
        new Exposition()
            .sample("a_total", Type.counter, "A.", Labels.of("x", "1"), 1)
            .sample("b", Type.gauge, "B.", Labels.none(), 0.25)
            .sample("a_total", Type.counter, "another help", Labels.of("x", "2"), 2)
            .text();
    assertThat(page)
        .isEqualTo(
            """
            # HELP a_total A.
            # TYPE a_total counter
            a_total{x="1"} 1
            a_total{x="2"} 2
            # HELP b B.
            # TYPE b gauge
            b 0.25
            """);
  }

  @Test
  @DisplayName("Quotes, backslashes and line ends in labels and help are escaped")
  void escapes() {
    String page =
        new Exposition()
            .sample("a", Type.gauge, "one\ntwo\\", Labels.of("x", "q\"b\\n\nü"), 1)
            .text();
    assertThat(page).contains("# HELP a one\\ntwo\\\\\n").contains("{x=\"q\\\"b\\\\n\\nü\"}");
    assertThat(PageChecker.samples(page)).hasSize(1);
  }

  @Test
  @DisplayName("A name with two types is untyped, and still one family")
  void twoTypes() {
    String page =
        new Exposition()
            .sample("a", Type.gauge, "", Labels.of("x", "1"), 1)
            .sample("a", Type.counter, "", Labels.of("x", "2"), 1)
            .text();
    assertThat(page).contains("# TYPE a untyped\n").containsOnlyOnce("# TYPE");
  }

  @Test
  @DisplayName("Numbers are as Go's ParseFloat reads them")
  void numbers() {
    assertThat(Exposition.number(3)).isEqualTo("3");
    assertThat(Exposition.number(1e-9)).isEqualTo("1.0E-9");
    assertThat(Exposition.number(Double.POSITIVE_INFINITY)).isEqualTo("+Inf");
    assertThat(Exposition.number(Double.NaN)).isEqualTo("NaN");
  }
}
