package dev.skep.node.kernel;

import dev.skep.node.target.Cgroups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    try {
      Files.createDirectories(folder.resolve(below));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return below.isEmpty() ? path : path + "/" + below;
  }

  void remove(String below) {
    try {
      Files.delete(folder.resolve(below));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets a process be in it, and what that starts. */
  void enter(String below, long pid) {
    try {
      Files.writeString(folder.resolve(below).resolve("cgroup.procs"), Long.toString(pid));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> folders =
          all.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList();
      for (Path one : folders) {
        Files.delete(one);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
