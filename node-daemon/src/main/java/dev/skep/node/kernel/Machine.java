package dev.skep.node.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What files of the running kernel say of it. */
final class Machine {
  private static final Path LSMS = Path.of("/sys/kernel/security/lsm");
  private static final Path JIT = Path.of("/proc/sys/net/core/bpf_jit_enable");

  private Machine() {}

  /** As OCI names it. */
  static String architecture() {
    return switch (System.getProperty("os.arch")) {
      case "aarch64" -> "arm64";
      case "x86_64" -> "amd64";
      case String other -> other;
    };
  }

  /** The security modules that are active; none when securityfs is not mounted. */
  static List<String> lsms() {
    return read(LSMS).map(text -> List.of(text.split(","))).orElse(List.of());
  }

  /** Whether programs are compiled to machine code; null when the kernel does not say. */
  static Boolean jit() {
    return read(JIT).map(text -> !text.equals("0")).orElse(null);
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (IOException notThere) {
      return Optional.empty();
    }
  }
}
