package dev.skep.node.libbpf;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Pins and the folders they are in, on a bpffs that others use too: what is gone already is
 * removed, and what is there already is made.
 */
public final class PinFolders {
  private final Libbpf libbpf;
  private final Libc libc;

  public PinFolders(Libbpf libbpf, Libc libc) {
    this.libbpf = libbpf;
    this.libc = libc;
  }

  /** Opens a pin if it is there. */
  public Optional<Fd> open(Path pin) {
    try {
      return Optional.of(libbpf.open(pin.toString()));
    } catch (NativeError e) {
      if (e.errno() == Errno.ENOENT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What is in a folder, sorted; nothing when it is not there. */
  public static List<String> names(Path folder) {
    String[] names = folder.toFile().list();
    if (names == null) {
      return List.of();
    }
    Arrays.sort(names);
    return List.of(names);
  }

  /** Makes a folder in one that is there. */
  public void make(Path folder) {
    try {
      libc.mkdir(folder.toString());
    } catch (NativeError e) {
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
    }
  }

  public void removePin(Path pin) {
    ifThere(() -> libc.unlink(pin.toString()));
  }

  /** Removes a folder and the pins in it. */
  public void remove(Path folder) {
    names(folder).forEach(name -> removePin(folder.resolve(name)));
    removeEmpty(folder);
  }

  /** Removes a folder that has to be empty. */
  public void removeEmpty(Path folder) {
    ifThere(() -> libc.rmdir(folder.toString()));
  }

  private static void ifThere(Runnable removal) {
    try {
      removal.run();
    } catch (NativeError e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
  }
}
