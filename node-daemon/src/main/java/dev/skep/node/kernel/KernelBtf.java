package dev.skep.node.kernel;

import dev.skep.artifact.btf.KernelTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The running kernel's own types, read anew for each question: they take 10 MB. */
final class KernelBtf {
  private static final Path FOLDER = Path.of("/sys/kernel/btf");

  private final Path folder;

  private KernelBtf(Path folder) {
    this.folder = folder;
  }

  static KernelBtf ofThisKernel() {
    return new KernelBtf(FOLDER);
  }

  boolean isThere() {
    return Files.isReadable(vmlinux());
  }

  /** The ids of functions and types by name; those that the kernel has not are left out. */
  Map<String, Integer> ids(Collection<String> names) {
    Map<String, Integer> ids = new HashMap<>();
    if (isThere()) {
      types().ids(names).forEach((name, found) -> ids.put(name, found.getLast()));
    }
    return ids;
  }

  private KernelTypes types() {
    try {
      return KernelTypes.ofKernel(Files.readAllBytes(vmlinux()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path vmlinux() {
    return folder.resolve("vmlinux");
  }
}
