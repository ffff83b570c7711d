package dev.skep.node.cli;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where one {@code skep run} keeps its pins and its journal; gone when it ends.
 *
 * @param pins a folder in bpffs named after the process
 * @param state a temporary folder
 */
record RunFolder(Path pins, Path state) implements AutoCloseable {
  private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));
  private static final String PREFIX = "skep-run-";

  static RunFolder make() throws IOException {
    String pid = Long.toString(ProcessHandle.current().pid());
    Path state = Files.createTempDirectory(PREFIX + pid + "-");
    sweep(uid(state));
    return new RunFolder(LocalKernel.RUN_ROOT.resolve(pid), state);
  }

  /**
   * What processes left that were killed before they could detach.
   *
   * @param user whose they were: what another user made he can change while it is removed, and turn
   *     a folder in it into a link to one of ours
   */
  private static void sweep(Optional<Integer> user) throws IOException {
    for (File folder : list(LocalKernel.RUN_ROOT)) {
      if (isOfTheDead(folder.getName())) {
        delete(folder.toPath());
      }
    }
    for (File folder : list(TEMPORARY)) {
      String[] parts = folder.getName().split("-");
      if (folder.getName().startsWith(PREFIX)
          && parts.length == 4
          && isOfTheDead(parts[2])
          && user.equals(uid(folder.toPath()))) {
        delete(folder.toPath());
      }
    }
  }

  /** Empty where it is gone by now. */
  private static Optional<Integer> uid(Path folder) throws IOException {
    try {
      return Optional.of(
          (Integer) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }

  private static File[] list(Path folder) {
    File[] content = folder.toFile().listFiles();
    return content == null ? new File[0] : content;
  }

  private static boolean isOfTheDead(String pid) {
    return pid.matches("\\d{1,10}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty();
  }

  /** Also called when the process is asked to end, beside its main thread. */
  @Override
  public synchronized void close() {
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
