package dev.skep.artifact.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Another program that a test runs to its end, which has to come within two minutes unless another
 * limit is given. What it prints goes to a file: what it starts may live on, and would keep a pipe
 * open.
 */
public final class Command {
  private final ProcessBuilder builder;
  private Duration limit = Duration.ofMinutes(2);
  private Path log;
  private boolean endsWithTests;

  private Command(List<String> words) {
    builder =
        new ProcessBuilder(new ArrayList<>(words))
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile());
  }

  public static Command of(String... words) {
    return of(List.of(words));
  }

  public static Command of(List<String> words) {
    return new Command(words);
  }

  /** Runs it as it is; returns what it printed, an error with that when it failed. */
  public static String run(String... words) {
    return of(words).output();
  }

  /** With more words. */
  public Command and(String... words) {
    builder.command().addAll(List.of(words));
    return this;
  }

  public Command in(Path folder) {
    builder.directory(folder.toFile());
    return this;
  }

  public Command with(Map<String, String> environment) {
    builder.environment().putAll(environment);
    return this;
  }

  /** It looks for programs in this folder first. */
  public Command withPath(Path folder) {
    builder.environment().merge("PATH", folder + ":", (path, first) -> first + path);
    return this;
  }

  /** Standard error is of the output only when it fails. */
  public Command withoutWarnings() {
    builder.redirectErrorStream(false);
    return this;
  }

  /** Ended by force, which is an error, when it takes longer. */
  public Command within(Duration limit) {
    this.limit = limit;
    return this;
  }

  /** What it prints is kept, in this file. */
  public Command keeping(Path log) {
    this.log = log;
    return this;
  }

  /** It is told to end when somebody ends the tests: a guest must not outlive them. */
  public Command endingWithTests() {
    endsWithTests = true;
    return this;
  }

  /** Runs it; returns what it printed, an error with that when it failed. */
  public String output() {
    return end().mustSucceed();
  }

  /** Runs it, however it ends. */
  public Ended end() {
    return start().end();
  }

  public Running start() {
    try {
      Path output = log == null ? Files.createTempFile("skep-command", ".log") : log;
      Path errors = builder.redirectErrorStream() ? null : Files.createTempFile("skep", ".err");
      builder.redirectOutput(output.toFile());
      if (errors != null) {
        builder.redirectError(errors.toFile());
      }
      return new Running(builder.start(), output, errors);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + this, e);
    }
  }

  @Override
  public String toString() {
    return String.join(" ", builder.command());
  }

  /** One that ended, and what it printed. */
  public record Ended(String command, int status, String output) {
    public String mustSucceed() {
      if (status != 0) {
        throw new IllegalStateException(
            "%s: exit status %d%n%s".formatted(command, status, output));
      }
      return output;
    }
  }

  /** One that was started. */
  public final class Running {
    private final Process process;
    private final Path output;
    private final Path errors;

    private Running(Process process, Path output, Path errors) {
      this.process = process;
      this.output = output;
      this.errors = errors;
    }

    /** Tells it to end, by SIGTERM. */
    public void terminate() {
      process.destroy();
    }

    /** Waits for its end. */
    public Ended end() {
      Thread terminate = new Thread(this::terminate);
      if (endsWithTests) {
        Runtime.getRuntime().addShutdownHook(terminate);
      }
      try {
        boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
          process.destroyForcibly().waitFor();
        }
        String said = said();
        if (!ended) {
          throw new IllegalStateException(
              "%s: not at its end after %s%n%s".formatted(Command.this, limit, said));
        }
        return new Ended(Command.this.toString(), process.exitValue(), said);
      } catch (InterruptedException e) {
        process.destroy();
        Thread.currentThread().interrupt();
        throw new IllegalStateException(Command.this.toString(), e);
      } finally {
        if (endsWithTests) {
          Runtime.getRuntime().removeShutdownHook(terminate);
        }
      }
    }

    private String said() {
      String said = read(output, log == null);
      if (errors == null) {
        return said;
      }
      String warnings = read(errors, true);
      return process.exitValue() == 0 ? said : said + warnings;
    }

    private static String read(Path file, boolean last) {
      try {
        // What a guest prints need not be UTF-8.
        String all = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        if (last) {
          Files.delete(file);
        }
        return all;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
