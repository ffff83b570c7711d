package dev.skep.node.kernel;

import static org.awaitility.Awaitility.await;

import dev.skep.artifact.process.Command;
import dev.skep.node.target.Cgroups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A control group of the test's own, and what the test makes below it; gone when it is closed. */
final class TestCgroup implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** From the hierarchy's root. */
  final String path = "/skep-it-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();

  final Path folder = Cgroups.ofThisNode().mount().orElseThrow().resolve(path.substring(1));

  TestCgroup() {
    make("");
  }

  /** Makes it and those above it; its path from the hierarchy's root. */
  String make(String below) {
    // By a command, which may what this process perhaps may not: see GivenCapabilities.
    Command.run("mkdir", "-p", folder.resolve(below).toString());
    return below.isEmpty() ? path : path + "/" + below;
  }

  void remove(String below) {
    Command.run("rmdir", folder.resolve(below).toString());
  }

  /** Lets a process be in it, and what that starts. */
  void enter(String below, long pid) {
    Path processes = folder.resolve(below).resolve("cgroup.procs");
    Command.run("sh", "-c", "echo %d > %s".formatted(pid, processes));
  }

  /** A control group is busy for a moment after its last process ended. */
  @Override
  public void close() {
    await().atMost(Duration.ofSeconds(5)).ignoreExceptions().until(this::removed);
  }

  private boolean removed() {
    if (!Files.exists(folder)) {
      return true;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> folders =
          all.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList();
      folders.forEach(one -> Command.run("rmdir", one.toString()));
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
