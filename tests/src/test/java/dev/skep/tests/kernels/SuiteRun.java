package dev.skep.tests.kernels;

import static java.util.stream.Collectors.toMap;

import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/** The hook suite on one kernel: what it found, and all that it printed. */
record SuiteRun(KernelColumn found, String output) {
  /** The exit status of tests/guest/hooks.sh when Debian has no such kernel. */
  static final int NO_SUCH_KERNEL = 123;

  private static final Path ROOT = ControlPlane.projectRoot();

  /** There was no run. */
  static final class NotRun extends RuntimeException {
    private static final long serialVersionUID = 1;

    final int status;

    NotRun(String kernel, int status, String output) {
      super("the hook suite did not run on " + kernel + ", status " + status + ":\n" + output);
      this.status = status;
    }
  }

  /** Runs it on this machine's kernel ({@code host}) or in a guest, to the end. */
  static SuiteRun on(String kernel) {
    try {
      Path folder = Files.createDirectories(Path.of("target", "kernels").toAbsolutePath());
      Path rows = folder.resolve(kernel + ".rows");
      Path log = folder.resolve(kernel + ".log");
      Files.deleteIfExists(rows);
      String script = ROOT.resolve("tests/guest/hooks.sh").toString();
      int status =
          finish(
              new ProcessBuilder(script, "--rows", rows.toString(), kernel)
                  .redirectErrorStream(true)
                  .redirectOutput(log.toFile())
                  .start());
      if (!Files.exists(rows)) {
        throw new NotRun(kernel, status, Files.readString(log));
      }
      return parse(Files.readAllLines(rows), Files.readString(log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A guest must not outlive a test that is ended. */
  private static int finish(Process process) {
    Thread end = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(end);
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      Runtime.getRuntime().removeShutdownHook(end);
    }
  }

  /** From what the suite wrote: a comment with the release, then a row for each test. */
  static SuiteRun parse(List<String> lines, String output) {
    String release = lines.getFirst().substring("# ".length());
    return new SuiteRun(
        KernelColumn.of(
            release,
            lines.stream()
                .skip(1)
                .map(line -> line.split("\t", 3))
                .collect(toMap(f -> f[0], SuiteRun::cell, SuiteRun::twice, TreeMap::new))),
        output);
  }

  private static String cell(String[] fields) {
    return fields[2].isEmpty() ? fields[1] : fields[1] + ": " + fields[2];
  }

  private static String twice(String one, String other) {
    throw new IllegalStateException(
        "two tests of the suite have one display name; one: " + one + ", the other: " + other);
  }
}
