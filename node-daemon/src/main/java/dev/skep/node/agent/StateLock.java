package dev.skep.node.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One daemon to a state folder: two would undo each other's links. Held as long as the process
 * lives, however it ends.
 */
public final class StateLock implements AutoCloseable {
  private static final String FILE = "lock";

  private final FileChannel file;

  private StateLock(FileChannel file) {
    this.file = file;
  }

  /**
   * Takes the lock, without waiting.
   *
   * @throws UncheckedIOException when another process has it
   */
  static StateLock take(Path stateDir) throws IOException {
    Files.createDirectories(stateDir);
    Path path = stateDir.resolve(FILE);
    FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = file.tryLock();
    if (lock == null) {
      file.close();
      String message = "another daemon runs with the state folder " + stateDir;
      throw new UncheckedIOException(message, new IOException(message));
    }
    return new StateLock(file);
  }

  /** Whether nobody runs with a state folder; no where that cannot be told. */
  public static boolean isFree(Path stateDir) {
    try (FileChannel file = FileChannel.open(stateDir.resolve(FILE), StandardOpenOption.WRITE);
        FileLock lock = file.tryLock()) {
      return lock != null;
    } catch (NoSuchFileException none) {
      return true;
    } catch (IOException notAllowed) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
