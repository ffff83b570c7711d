package dev.skep.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a page as Prometheus' text format 0.0.4 says, and fails on what a scraper would refuse or
 * misread: a name twice, samples of a name apart, a series twice, a label twice, bad escapes.
 */
final class PageChecker {
  private static final Pattern LINE =
      Pattern.compile("^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)$");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\[\\\\\"n])*)\"(,|$)");

  private PageChecker() {}

  /** Every series, name{labels}, with its value. */
  static Map<String, Double> samples(String page) {
    Map<String, Double> samples = new LinkedHashMap<>();
    Map<String, String> types = new HashMap<>();
    String current = "";
    assertThat(page).endsWith("\n");
    for (String line : page.split("\n")) {
      if (line.startsWith("# HELP ")) {
        assertThat(types).doesNotContainKey(line.split(" ")[2]);
      } else if (line.startsWith("# TYPE ")) {
        current = line.split(" ")[2];
        assertThat(types.put(current, line.split(" ")[3])).as(current + " typed twice").isNull();
      } else {
        Matcher parts = LINE.matcher(line);
        assertThat(parts.matches()).as(line).isTrue();
        assertThat(parts.group(1)).as("samples of one name stand together").isEqualTo(current);
        labels(parts.group(2) == null ? "" : parts.group(2));
        String series = line.substring(0, line.lastIndexOf(' '));
        String value = parts.group(3).replace("Inf", "Infinity");
        assertThat(samples.put(series, Double.valueOf(value))).as(series + " twice").isNull();
      }
    }
    return samples;
  }

  private static void labels(String text) {
    Set<String> names = new HashSet<>();
    int at = 0;
    Matcher label = LABEL.matcher(text);
    while (at < text.length()) {
      assertThat(label.find(at) && label.start() == at).as(text).isTrue();
      assertThat(names.add(label.group(1))).as(label.group(1) + " twice in " + text).isTrue();
      at = label.end();
    }
  }
}
