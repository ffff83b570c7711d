package dev.skep.tests.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The figures as one table for people, and as JSON. */
final class Table {
  private static final String ROW = "%-52s %-8s %9s %9s %9s %9s %5s  %-18s %-6s %s%n";

  private final List<Figure> figures = new ArrayList<>();

  void addAll(List<Figure> more) {
    figures.addAll(more);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        ROW.formatted(
            "figure", "unit", "min", "median", "p95", "max", "n", "goal", "met", "bpfman"));
    List<String> notes = new ArrayList<>();
    for (Figure figure : figures) {
      if (!figure.note().isEmpty()) {
        notes.add(figure.note());
      }
      text.append(row(figure, figure.note().isEmpty() ? "" : " [" + notes.size() + "]"));
    }
    for (int i = 0; i < notes.size(); i++) {
      text.append("[%d] %s%n".formatted(i + 1, notes.get(i)));
    }
    return text.toString();
  }

  private static String row(Figure figure, String mark) {
    Samples samples = figure.samples();
    return ROW.formatted(
            figure.name() + mark,
            figure.unit(),
            number(samples.min()),
            number(samples.median()),
            number(samples.p95()),
            number(samples.max()),
            samples.n(),
            figure.goals().stream()
                .map(g -> g.of() + " ≤ " + number(g.atMost()))
                .collect(Collectors.joining(", ")),
            figure.goals().isEmpty() ? "" : figure.isMet() ? "yes" : "NO",
            figure.bpfman())
        .stripTrailing()
        .concat(System.lineSeparator());
  }

  private static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
  }

  void write(Path file, String machine, List<String> failures) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode().put("machine", machine);
    ArrayNode rows = root.putArray("figures");
    for (Figure figure : figures) {
      Samples samples = figure.samples();
      ObjectNode row =
          rows.addObject()
              .put("name", figure.name())
              .put("unit", figure.unit())
              .put("n", samples.n())
              .put("min", samples.min())
              .put("median", samples.median())
              .put("p95", samples.p95())
              .put("max", samples.max());
      ArrayNode goals = row.putArray("goals");
      figure
          .goals()
          .forEach(
              g ->
                  goals
                      .addObject()
                      .put("of", g.of())
                      .put("atMost", g.atMost())
                      .put("met", g.isMet(samples)));
      row.put("bpfman", figure.bpfman()).put("note", figure.note());
    }
    failures.forEach(root.putArray("notMeasured")::add);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, json.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
  }
}
