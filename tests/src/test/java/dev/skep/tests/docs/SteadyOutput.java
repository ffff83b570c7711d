package dev.skep.tests.docs;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What kubectl prints, with one and the same word for what differs from run to run: times, hashes,
 * kernel releases, measurements. Tables are set anew, since those words are as long as they are.
 */
final class SteadyOutput {
  private static final Pattern HEADER = Pattern.compile("[A-Z][A-Z/-]*(?: {1,}[A-Z][A-Z/-]*)+ *");

  /** Below what kubectl describe says. */
  private static final String EVENTS = "\nEvents:\n";

  private static final Pattern COLUMN = Pattern.compile("[A-Z][A-Z/-]*(?: [A-Z][A-Z/-]*)*");

  /** In tables, by their column's header. */
  private static final Map<String, String> CELLS =
      Map.of(
          "AGE", "5s",
          "LAST SEEN", "5s",
          "RUNS/S", "812",
          "NS/RUN", "143",
          "KERNEL", "6.12.0-1-amd64");

  /** Elsewhere. */
  private static final Map<Pattern, String> WORDS = new LinkedHashMap<>();

  static {
    // Only where the nodes take longer than half a second.
    word("(?m)^.* RollingOut .*\\n", "");
    word("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d+", "2026-05-04 10:00:00.000000000");
    word("(?<=resourceVersion: \")\\d+", "4711");
    word("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", "2026-05-04T10:00:00Z");
    word("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "5f0c3a5e-1d2b-4c8f-9a6e-7b1c2d3e4f50");
    word("(?<=Resource Version: {1,9})\\d+", "4711");
    word("(?<=Per Second: {1,9})[\\d.e+]+", "812");
    word("(?<=Per Run: {1,9})\\d+", "143");
    word("(?<=Memory Bytes: {1,9})\\d+", "4096");
    word("(?<=(LIVE|MERGED)-)\\d+", "1234567890");
    // Which instructions a verifier's log lists depends on the compiler and the kernel.
    word("(?m)^ *\\| .*(\\n *\\| .*)*", "  | …");
  }

  private final Map<String, String> replaced = new LinkedHashMap<>();
  private final Map<String, String> hashes = new LinkedHashMap<>();

  private static void word(String pattern, String word) {
    WORDS.put(Pattern.compile(pattern), word);
  }

  /** Says {@code shown} wherever {@code actual} is printed. */
  SteadyOutput with(String actual, String shown) {
    replaced.put(actual, shown);
    return this;
  }

  String of(String output) {
    return events(words(tables(output)));
  }

  private String words(String output) {
    String text = output;
    for (Map.Entry<String, String> one : replaced.entrySet()) {
      text = text.replace(one.getKey(), one.getValue());
    }
    text = hashed(Pattern.compile("(?<=sha256:)[0-9a-f]{64}"), text);
    text = hashed(Pattern.compile("(?<=opens-)[0-9a-f]{8,}"), text);
    for (Map.Entry<Pattern, String> one : WORDS.entrySet()) {
      text = one.getKey().matcher(text).replaceAll(Matcher.quoteReplacement(one.getValue()));
    }
    return text;
  }

  /** The first hash that is met is always the same word, and so on. */
  private String hashed(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .replaceAll(
            match -> hashes.containsValue(match.group()) ? match.group() : hash(match.group()));
  }

  private String hash(String actual) {
    return hashes.computeIfAbsent(actual, a -> word(hashes.size()).substring(0, a.length()));
  }

  private static String word(int index) {
    byte[] bytes = new byte[32];
    new Random(index).nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static String events(String text) {
    int at = text.indexOf(EVENTS);
    if (at < 0) {
      return text;
    }
    List<List<String>> rows =
        text.substring(at + EVENTS.length())
            .lines()
            .map(line -> line.strip().replaceAll("  \\d+[smh]\\d*s?  ", "  5s  "))
            .map(line -> List.of(line.split(" {2,}")))
            .toList();
    return text.substring(0, at)
        + EVENTS
        + TextTable.set(rows).stream().map(row -> "  " + row).collect(Collectors.joining("\n"));
  }

  private String tables(String text) {
    List<String> out = new ArrayList<>();
    List<String> table = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (HEADER.matcher(line).matches() || (!table.isEmpty() && !line.isBlank())) {
        table.add(line);
      } else {
        out.addAll(aligned(table));
        table.clear();
        out.add(line);
      }
    }
    out.addAll(aligned(table));
    return String.join("\n", out);
  }

  private List<String> aligned(List<String> table) {
    if (table.isEmpty()) {
      return List.of();
    }
    List<Integer> starts = new ArrayList<>();
    Matcher columns = COLUMN.matcher(table.getFirst());
    List<String> headers = new ArrayList<>();
    while (columns.find()) {
      starts.add(columns.start());
      headers.add(columns.group());
    }
    List<List<String>> rows = new ArrayList<>(List.of(headers));
    for (String line : table.subList(1, table.size())) {
      rows.add(cells(line, starts, headers));
    }
    return TextTable.set(rows);
  }

  private List<String> cells(String line, List<Integer> starts, List<String> headers) {
    List<String> cells = new ArrayList<>();
    for (int c = 0; c < starts.size(); c++) {
      int from = Math.min(starts.get(c), line.length());
      int to = c + 1 < starts.size() ? Math.min(starts.get(c + 1), line.length()) : line.length();
      String cell = line.substring(from, to).strip();
      cells.add(cell.isEmpty() ? "" : CELLS.getOrDefault(headers.get(c), words(cell)));
    }
    return cells;
  }
}
