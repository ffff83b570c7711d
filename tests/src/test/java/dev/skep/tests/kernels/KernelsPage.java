package dev.skep.tests.kernels;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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

      Each row is a test of the hook suite: a program is loaded and attached, an event happens, a map
      shows that the program saw it, a daemon that starts again finds it attached, and nothing is left
      when it is detached. A cell says what became of it on that kernel: *fires*, *incompatible* and
      what that kernel has not, or *failed*.

      `make kernels` writes this page, `make test` compares it. One kernel is that of the machine; the
      others are Debian's, in guests (`tests/guest/run.sh`).

      """;

  private static final String BESIDE_C =
      """

      ## Beside C

      Of the programs that tests of the suite attach: how many `tests/baseline/attacher.c` attaches with
      libbpf alone, how many Skep attaches, and what only C does.

      """;

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
    TreeSet<String> hooks = new TreeSet<>();
    columns.forEach(column -> hooks.addAll(column.cells().keySet()));
    Stream<String> lines =
        Stream.of(
                Stream.of(
                    row("hook", KernelColumn::series),
                    row("---", column -> "---"),
                    row("*kernel*", KernelColumn::release)),
                hooks.stream().map(hook -> row(hook, column -> column.cell(hook))))
            .flatMap(all -> all);
    return HEAD + lines.collect(Collectors.joining("\n", "", "\n"));
  }

  /** A second table: how many programs C and Skep attach, and which only C. */
  String besideC(Collection<SuiteRun> runs) {
    BesideC both = new BesideC(runs);
    Map<String, SuiteRun> bySeries =
        runs.stream().collect(Collectors.toMap(run -> run.found().series(), run -> run));
    return BESIDE_C
        + Stream.of(
                row("programs", KernelColumn::series),
                row("---", column -> "---"),
                row("C attaches", c -> "" + both.attachedByC(bySeries.get(c.series())).size()),
                row(
                    "Skep attaches",
                    c -> "" + both.attachedBySkep(bySeries.get(c.series())).size()),
                row("only C", c -> words(both.onlyByC(bySeries.get(c.series())))))
            .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String words(SortedSet<String> programs) {
    return programs.isEmpty() ? "none" : String.join(", ", programs);
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
            .dropWhile(line -> !line.startsWith("| "))
            .takeWhile(line -> line.startsWith("| "))
            .map(KernelsPage::cells)
            .toList();
    // The series, the line below them and the releases come before the hooks.
    return new KernelsPage(
        IntStream.range(1, rows.getFirst().size())
            .mapToObj(
                i ->
                    new KernelColumn(
                        rows.get(0).get(i),
                        rows.get(2).get(i),
                        rows.stream()
                            .skip(3)
                            .collect(
                                Collectors.toMap(
                                    List::getFirst, r -> r.get(i), (a, b) -> b, TreeMap::new))))
            .toList());
  }

  private static List<String> cells(String row) {
    return Arrays.stream(row.substring(2, row.length() - 2).split(" \\| "))
        .map(cell -> cell.replace("\\|", "|"))
        .toList();
  }
}
