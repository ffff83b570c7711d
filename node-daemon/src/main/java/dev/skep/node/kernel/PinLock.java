package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libc;
import dev.skep.node.libbpf.Xdp;
import dev.skep.node.target.HostRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One daemon to a folder of pins, also where two have state folders of their own, as in two
 * containers: each would take away what it did not want. The lock is on the folder itself, which is
 * the same in every container, and held as long as the process lives.
 */
public final class PinLock implements AutoCloseable {
  private final Path pinRoot;
  private Fd folder;

  private PinLock(Path pinRoot, Fd folder) {
    this.pinRoot = pinRoot;
    this.folder = folder;
  }

  /**
   * Takes the lock, without waiting. To be taken before a {@link LinuxKernel} is made, which ends
   * what it takes for left half done.
   *
   * @throws Refusal when libbpf or bpffs is missing, with what to do
   * @throws UncheckedIOException when another process has it
   */
  public static PinLock take(Path pinRoot) {
    LinuxKernel.libbpf();
    return new PinLock(pinRoot, lock(pinRoot));
  }

  private static Fd lock(Path pinRoot) {
    Pins.make(pinRoot);
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
    return folder;
  }

  /**
   * Makes the folder again where somebody removed it, and locks that one.
   *
   * @throws Refusal NodeNotReady when it cannot be had
   */
  synchronized void keep() {
    try {
      Path held = Path.of("/proc/self/fd/" + folder.number());
      if (Files.exists(pinRoot) && HostRoot.same(held, pinRoot)) {
        return;
      }
      Fd again = lock(pinRoot);
      folder.close();
      folder = again;
    } catch (IOException | UncheckedIOException e) {
      throw new Refusal(
          Reason.NodeNotReady, "pins cannot be kept in " + pinRoot + ": " + e.getMessage(), e);
    }
  }

  /**
   * Removes every pin of a daemon's from the folder, also one that belongs to nothing any more, and
   * then the folder, if nobody else has something in it.
   *
   * @return whether the folder is gone
   */
  public boolean removePins() throws IOException {
    return Pins.removeAll(pinRoot);
  }

  @Override
  public synchronized void close() {
    folder.close();
  }
}
