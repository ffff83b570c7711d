package dev.skep.tests.kernels;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** docs/kernels.md: which hook fires on which kernel, a column for each. */
record KernelsPage(List<KernelColumn> columns) {
  private static final String HEAD =
      """
      # Hooks on four kernels

      Each row is a test of the hook suite. One that is named after a hook alone: a program is loaded and
      attached, an event happens, a map shows that the program saw it, a daemon that starts again finds it
      attached, and nothing is left when it is detached. Others try what their name says: an order, a
      change, a refusal. A cell says what became of it on that kernel: *fires*, which of a refusal means
      that it was refused as it should be, *incompatible* and what that kernel has not, or *failed*.

      `make kernels` writes this page, `make test` compares it. One kernel is that of the machine; the
      others are Debian's, in guests (`tests/guest/run.sh`).

      """;

  private static final String REST =
      """

      ## What else the daemon asks of a kernel

      Replacement in place, recovery after a crash, maps that are carried over and read: tests that
      *hold* on that kernel.

      """;

  private static final String BESIDE_C_TITLE = "## Beside C";
  private static final String BESIDE_C =
      """

      %s

      Of the kinds of programs, as their `SEC()` names them, in all objects that the project compiles: how
      many `tests/baseline/attachable.c` attaches with libbpf alone, how many Skep attaches in a row above
      that *fires*, and what only C does.

      """
          .formatted(BESIDE_C_TITLE);

  /** Rows that are no test's. */
  private static final String HOOKS = "hook";

  private static final String TESTS = "test";
  private static final String RULE = "---";
  private static final String RELEASES = "*kernel*";
  private static final Set<String> HEADS = Set.of(HOOKS, TESTS, RULE, RELEASES);

  private static final Comparator<KernelColumn> BY_VERSION =
      Comparator.comparing(
          column ->
              Arrays.stream(column.series().split("\\.")).mapToInt(Integer::parseInt).toArray(),
          Arrays::compare);

  KernelsPage {
    columns = columns.stream().sorted(BY_VERSION).toList();
  }

  KernelColumn column(String series) {
    return columns.stream().filter(c -> c.series().equals(series)).findFirst().orElseThrow();
  }

  String toMarkdown() {
    TreeSet<String> tests = new TreeSet<>();
    columns.forEach(column -> tests.addAll(column.cells().keySet()));
    Map<Boolean, List<String>> byKind =
        tests.stream().collect(Collectors.partitioningBy(this::isOfHook));
    return HEAD + table(HOOKS, byKind.get(true)) + REST + table(TESTS, byKind.get(false));
  }

  /** Other tests hold, where they can run. */
  private boolean isOfHook(String test) {
    return columns.stream().noneMatch(column -> column.cell(test).equals("holds"));
  }

  private String table(String kind, List<String> tests) {
    return Stream.concat(
            Stream.of(
                row(kind, KernelColumn::series),
                row(RULE, column -> RULE),
                row(RELEASES, KernelColumn::release)),
            tests.stream().map(test -> row(test, column -> column.cell(test))))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** A second table: how many kinds of programs C and Skep attach, and which only C. */
  String besideC(Collection<SuiteRun> runs) {
    BesideC both = new BesideC(runs);
    Map<String, SuiteRun> bySeries =
        runs.stream().collect(Collectors.toMap(run -> run.found().series(), run -> run));
    return BESIDE_C
        + Stream.of(
                row("kinds", KernelColumn::series),
                row(RULE, column -> RULE),
                row("C attaches", c -> "" + both.attachedByC(bySeries.get(c.series())).size()),
                row(
                    "Skep attaches",
                    c -> "" + both.attachedBySkep(bySeries.get(c.series())).size()),
                row("only C", c -> words(both.onlyByC(bySeries.get(c.series())))))
            .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String words(SortedSet<String> kinds) {
    return kinds.isEmpty() ? "none" : String.join(", ", kinds);
  }

  private String row(String first, Function<KernelColumn, String> cell) {
    return Stream.concat(Stream.of(first), columns.stream().map(cell))
        .map(text -> text.replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }

  static KernelsPage parse(String markdown) {
    List<List<String>> rows =
        markdown
            .lines()
            .takeWhile(line -> !line.equals(BESIDE_C_TITLE))
            .filter(line -> line.startsWith("| "))
            .map(KernelsPage::cells)
            .toList();
    List<String> series = rows.getFirst();
    List<String> releases =
        rows.stream().filter(row -> row.getFirst().equals(RELEASES)).findFirst().orElseThrow();
    List<List<String>> tests =
        rows.stream().filter(row -> !HEADS.contains(row.getFirst())).toList();
    return new KernelsPage(
        IntStream.range(1, series.size())
            .mapToObj(i -> new KernelColumn(series.get(i), releases.get(i), column(tests, i)))
            .toList());
  }

  private static SortedMap<String, String> column(List<List<String>> rows, int i) {
    return rows.stream()
        .filter(row -> !row.get(i).equals(KernelColumn.NONE))
        .collect(Collectors.toMap(List::getFirst, row -> row.get(i), (a, b) -> b, TreeMap::new));
  }

  private static List<String> cells(String row) {
    return Arrays.stream(row.substring(2, row.length() - 2).split(" \\| "))
        .map(cell -> cell.replace("\\|", "|"))
        .toList();
  }
}
