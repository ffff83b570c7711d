package dev.skep.tests.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs other programs to their end, and fails with what they printed when they fail. */
final class Commands {
  private Commands() {}

  static Process start(List<String> command) {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IllegalStateException("cannot start " + command, e);
    }
  }

  /** What the process prints until it ends well; ended by force after {@code seconds}. */
  static String finish(Process process, String name, int seconds) {
    try {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new IllegalStateException(name + " did not end within " + seconds + " s");
      }
      String output = new String(process.getInputStream().readAllBytes());
      if (process.exitValue() != 0) {
        throw new IllegalStateException(name + " failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new IllegalStateException(name, e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(name, e);
    }
  }

  static String run(List<String> command) {
    return finish(start(command), command.getFirst(), 120);
  }

  /** Compiles one C file of tests/baseline. */
  static Path compile(Path root, String name, Path folder) {
    Path program = folder.resolve(name);
    run(
        List.of(
            "gcc",
            "-O2",
            "-Wall",
            "-o",
            program.toString(),
            root.resolve("tests/baseline/" + name + ".c").toString(),
            "-lbpf"));
    return program;
  }
}
