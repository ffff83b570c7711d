package dev.skep.node.kernel;

import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libc;
import dev.skep.node.libbpf.Xdp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One daemon to a folder of pins, also where two have state folders of their own, as in two
 * containers: each would take away what it did not want. The lock is on the folder itself, which is
 * the same in every container, and held as long as the process lives.
 */
public final class PinLock implements AutoCloseable {
  private final Optional<Fd> folder;

  private PinLock(Optional<Fd> folder) {
    this.folder = folder;
  }

  /**
   * Takes the lock, without waiting. Where there can be no such folder there is nothing to lock;
   * that, and what to do, is said by whoever wants to pin something.
   *
   * @throws UncheckedIOException when another process has it
   */
  public static PinLock take(Path pinRoot) {
    try {
      Files.createDirectories(pinRoot);
    } catch (IOException e) {
      return new PinLock(Optional.empty());
    }
    Fd folder = Libc.get().open(pinRoot.toString());
    boolean taken = false;
    try {
      taken = Xdp.get().tryLock(folder);
    } finally {
      if (!taken) {
        folder.close();
      }
    }
    if (!taken) {
      String message =
          "another daemon runs with the pin folder %s: is Skep installed twice?".formatted(pinRoot);
      throw new UncheckedIOException(message, new IOException(message));
    }
    return new PinLock(Optional.of(folder));
  }

  @Override
  public void close() {
    folder.ifPresent(Fd::close);
  }
}
