package dev.skep.tests.kernels;

import static java.util.stream.Collectors.toMap;

import dev.skep.artifact.process.Command;
import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The hook suite on one kernel.
 *
 * @param programs hook → the programs that its test attaches, as {@code OBJECT/FUNCTION}; none
 *     where the test found the kernel incompatible before it came to that
 * @param byC every program of every object → what tests/baseline/attachable.c says of it
 * @param output all that was printed
 */
record SuiteRun(
    KernelColumn found, Map<String, Set<String>> programs, Map<String, ByC> byC, String output) {
  /** The exit status of tests/guest/hooks.sh when Debian has no such kernel. */
  static final int NO_SUCH_KERNEL = 123;

  private static final Path ROOT = ControlPlane.projectRoot();
  private static final Path FOLDER = Path.of("target", "kernels").toAbsolutePath();
  private static final String ROWS = "rows";
  private static final String BASELINE = "baseline";
  private static final String LOG = "log";

  /**
   * One program in C.
   *
   * @param kind what its SEC() says without the target: {@code tcx/ingress}, {@code kprobe}
   */
  record ByC(String kind, boolean attaches) {}

  /** There was no run. */
  static final class NotRun extends RuntimeException {
    private static final long serialVersionUID = 1;

    final int status;

    NotRun(String kernel, Command.Ended run) {
      super(
          "the hook suite did not run on %s, status %d:%n%s"
              .formatted(kernel, run.status(), run.output()));
      status = run.status();
    }
  }

  /** Runs it on this machine's kernel ({@code host}) or in a guest, to the end. */
  static SuiteRun on(String kernel) {
    try {
      Files.createDirectories(FOLDER);
      Files.deleteIfExists(result(kernel, BASELINE));
      Command.Ended ended =
          hooks(result(kernel, LOG))
              .and("--rows", result(kernel, ROWS).toString())
              .and("--baseline", result(kernel, BASELINE).toString(), kernel)
              .end();
      if (!Files.exists(result(kernel, BASELINE))) {
        throw new NotRun(kernel, ended);
      }
      return last(kernel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the last run in this checkout found. */
  static SuiteRun last(String kernel) {
    try {
      return parse(
          Files.readAllLines(result(kernel, ROWS)),
          Files.readAllLines(result(kernel, BASELINE)),
          Files.readString(result(kernel, LOG)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path result(String kernel, String kind) {
    return FOLDER.resolve(kernel + "." + kind);
  }

  /** The suite, without its options; what it prints is kept. */
  static Command hooks(Path log) {
    return Command.of(ROOT.resolve("tests/guest/hooks.sh").toString())
        .keeping(log)
        .within(Duration.ofHours(1))
        .endingWithTests();
  }

  /**
   * From what the suite wrote, a comment with the release and then a row for each test, and from
   * what C said of each program.
   */
  static SuiteRun parse(List<String> rows, List<String> baseline, String output) {
    List<String[]> fields = rows.stream().skip(1).map(row -> row.split("\t", 4)).toList();
    return new SuiteRun(
        KernelColumn.of(
            rows.getFirst().substring("# ".length()),
            fields.stream()
                .collect(toMap(f -> f[0], SuiteRun::cell, SuiteRun::twice, TreeMap::new))),
        fields.stream().collect(toMap(f -> f[0], f -> words(f[3]))),
        baseline.stream()
            .map(line -> line.split("\t", 3))
            .collect(toMap(f -> f[0], f -> new ByC(f[1], f[2].equals("attaches")))),
        output);
  }

  private static Set<String> words(String field) {
    return field.isEmpty() ? Set.of() : Set.of(field.split(" "));
  }

  private static String cell(String[] fields) {
    return fields[2].isEmpty() ? fields[1] : fields[1] + ": " + fields[2];
  }

  private static String twice(String one, String other) {
    throw new IllegalStateException(
        "two tests of the suite have one display name; one: " + one + ", the other: " + other);
  }
}
