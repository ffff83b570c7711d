package dev.skep.node.cli;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where one {@code skep run} keeps its pins and its journal; gone when it ends.
 *
 * @param pins a folder in bpffs named after the process
 * @param state a temporary folder
 */
record RunFolder(Path pins, Path state) implements AutoCloseable {
  static RunFolder make() throws IOException {
    sweep();
    return new RunFolder(
        LocalKernel.RUN_ROOT.resolve(Long.toString(ProcessHandle.current().pid())),
        Files.createTempDirectory("skep-run"));
  }

  /** What processes left that were killed before they could detach. */
  private static void sweep() {
    File[] left = LocalKernel.RUN_ROOT.toFile().listFiles();
    for (File folder : left == null ? new File[0] : left) {
      if (folder.getName().matches("\\d+")
          && ProcessHandle.of(Long.parseLong(folder.getName())).isEmpty()) {
        delete(folder.toPath());
      }
    }
  }

  @Override
  public void close() {
    delete(pins);
    delete(state);
  }

  private static void delete(Path tree) {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> all = Files.walk(tree)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(tree + " cannot be removed: " + e.getMessage(), e);
    }
  }
}
