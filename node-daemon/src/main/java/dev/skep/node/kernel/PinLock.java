package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libc;
import dev.skep.node.libbpf.Xdp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * One daemon to a folder of pins, also where two have state folders of their own, as in two
 * containers: each would take away what it did not want. The lock is on the folder itself, which is
 * the same in every container, and held as long as the process lives.
 */
public final class PinLock implements AutoCloseable {
  private final Fd folder;

  private PinLock(Fd folder) {
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
    return new PinLock(folder);
  }

  @Override
  public void close() {
    folder.close();
  }
}
