package dev.skep.tests.pods;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A command that ran to its end. */
record Command(List<String> line, int status, String output) {

  /** Runs it; ends it by force after so many seconds. */
  static Command run(Map<String, String> environment, int seconds, Stream<String> line) {
    List<String> words = line.toList();
    try {
      // To a file: what a command starts may live on, and would keep a pipe open.
      Path output = Files.createTempFile("skep-command", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      String said = Files.readString(output);
      Files.delete(output);
      return new Command(words, process.exitValue(), said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What it printed; fails when it failed. */
  String mustSucceed() {
    if (status != 0) {
      throw new IllegalStateException(
          "%s: exit status %d%n%s".formatted(String.join(" ", line), status, output));
    }
    return output;
  }
}
