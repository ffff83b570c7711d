package dev.skep.tests.kernels;

import static java.util.stream.Collectors.joining;

import dev.skep.artifact.process.Command;
import dev.skep.tests.cluster.ControlPlane;
import dev.skep.tests.kernels.CapabilityRuns.Outcome;
import dev.skep.tests.kernels.CapabilityRuns.Power;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * docs/capabilities.md: its words are written by hand, its table by this.
 *
 * @param needed hook → what it needs
 */
record CapabilitiesPage(SortedMap<String, Set<Power>> needed) {
  private static final Path PAGE = ControlPlane.projectRoot().resolve("docs/capabilities.md");
  private static final Path FOLDER = Path.of("target", "capabilities").toAbsolutePath();
  private static final String BEGIN = "<!-- table: written by make capabilities -->\n";
  private static final String END = "<!-- end of the table -->\n";
  private static final String NEEDED = "needed";

  /** What the page says now. */
  static CapabilitiesPage read() throws IOException {
    return parse(table(Files.readString(PAGE)));
  }

  static CapabilitiesPage parse(String table) {
    SortedMap<String, Set<Power>> needed = new TreeMap<>();
    table
        .lines()
        .skip(2)
        .forEach(
            line -> {
              List<String> cells =
                  Arrays.stream(line.split(" \\| ?", -1)).map(c -> c.strip()).toList();
              Set<Power> powers = EnumSet.noneOf(Power.class);
              for (Power power : Power.values()) {
                if (cells.get(power.ordinal() + 1).equals(NEEDED)) {
                  powers.add(power);
                }
              }
              needed.put(cells.getFirst().replaceFirst("^\\| ", ""), powers);
            });
    return new CapabilitiesPage(needed);
  }

  private static String table(String page) {
    return page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END));
  }

  String toTable() {
    List<String> powers = Arrays.stream(Power.values()).map(Power::name).toList();
    return Stream.concat(
            Stream.of(row("hook", powers), row("---", powers.stream().map(p -> "---").toList())),
            needed.entrySet().stream()
                .map(
                    e ->
                        row(
                            e.getKey(),
                            Arrays.stream(Power.values())
                                .map(p -> e.getValue().contains(p) ? NEEDED : "")
                                .toList())))
        .collect(joining("\n", "", "\n"));
  }

  private static String row(String first, List<String> cells) {
    return "| " + first + cells.stream().collect(joining(" | ", " | ", " |"));
  }

  /** Runs the suite on a kernel ({@code host}, 6.1, …) with a set; what it printed is kept. */
  static Map<String, Outcome> run(String kernel, Set<Power> given) {
    String names = given.stream().map(Power::name).collect(joining(","));
    Path rows = FOLDER.resolve(kernel + "." + names + ".rows");
    Path log = FOLDER.resolve(kernel + "." + names + ".log");
    try {
      Files.createDirectories(FOLDER);
      Files.deleteIfExists(rows);
      Command.Ended ended =
          SuiteRun.hooks(log)
              .and("--rows", rows.toString(), "--capabilities", names)
              .and("--tags", "hook | elsewhere", kernel)
              .end();
      if (!Files.exists(rows)) {
        throw new SuiteRun.NotRun(kernel, ended);
      }
      Map<String, Outcome> outcomes = new HashMap<>();
      Files.readAllLines(rows).stream()
          .skip(1)
          .map(row -> row.split("\t", 4))
          .forEach(f -> outcomes.put(f[0], new Outcome(f[1], f[2])));
      return outcomes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes the table anew: of Debian's 7.2, and of what this machine's kernel has, of that. With
   * arguments only what those kernels tell ({@code host}, 7.2); other rows stay. Ends with status 1
   * when a hook was refused without words.
   */
  public static void main(String[] arguments) throws IOException {
    SortedMap<String, Set<Power>> needed =
        arguments.length == 0 ? new TreeMap<>() : new TreeMap<>(read().needed());
    List<String> faults = new ArrayList<>();
    for (String kernel : arguments.length == 0 ? List.of("7.2", "host") : List.of(arguments)) {
      CapabilityRuns runs = CapabilityRuns.on(kernel, CapabilitiesPage::run);
      runs.needed().entrySet().stream()
          .filter(e -> !needed.getOrDefault(e.getKey(), e.getValue()).equals(e.getValue()))
          .forEach(e -> System.out.println("otherwise on " + kernel + ": " + e));
      needed.putAll(runs.needed());
      faults.addAll(runs.faults());
    }
    String page = Files.readString(PAGE);
    Files.writeString(
        PAGE,
        page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
            + new CapabilitiesPage(needed).toTable()
            + page.substring(page.indexOf(END)));
    faults.forEach(System.out::println);
    System.exit(faults.isEmpty() ? 0 : 1);
  }
}
