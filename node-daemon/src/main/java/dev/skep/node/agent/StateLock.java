package dev.skep.node.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;

/**
 * One daemon to a state folder: two would undo each other's links. Held as long as the process
 * lives, however it ends.
 */
public final class StateLock implements AutoCloseable {
  private static final String FILE = "lock";
  private static final int LOOKS = 10;
  private static final long BETWEEN_LOOKS_NANOS = 50_000_000;

  private final FileChannel file;

  private StateLock(FileChannel file) {
    this.file = file;
  }

  /**
   * Takes the lock. One that is held for a moment, by whoever looks whether it is free, is waited
   * for.
   *
   * @throws UncheckedIOException when another process has it
   */
  static StateLock take(Path stateDir) throws IOException {
    Files.createDirectories(stateDir);
    Path path = stateDir.resolve(FILE);
    FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = file.tryLock();
    for (int i = 0; lock == null && i < LOOKS; i++) {
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
      lock = file.tryLock();
    }
    if (lock == null) {
      file.close();
      String message = "another daemon runs with the state folder " + stateDir;
      throw new UncheckedIOException(message, new IOException(message));
    }
    return new StateLock(file);
  }

  /** Whether nobody runs with a state folder; no where that cannot be told. */
  public static boolean isFree(Path stateDir) {
    // A shared one: several may look at once.
    try (FileChannel file = FileChannel.open(stateDir.resolve(FILE), StandardOpenOption.READ);
        FileLock lock = file.tryLock(0, Long.MAX_VALUE, true)) {
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
