package dev.skep.node.target;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the host's files are: a daemon in a container sees them through the host's first process.
 */
public final class HostRoot {
  private static final Path OWN = Path.of("/");
  private static final Path FIRST_PROCESS = Path.of("/proc/1/root");

  private HostRoot() {}

  /**
   * This process's own root where it is the host's, or where the host's cannot be seen (a container
   * sees it with the host's pid namespace and CAP_SYS_PTRACE).
   */
  public static Path find() {
    try {
      Path first = FIRST_PROCESS.resolve(".");
      return Files.isReadable(first) && !same(first, OWN) ? FIRST_PROCESS : OWN;
    } catch (IOException notSeen) {
      return OWN;
    }
  }

  /** Whether two paths lead to one folder. */
  public static boolean same(Path one, Path other) throws IOException {
    return Files.getAttribute(one, "unix:ino").equals(Files.getAttribute(other, "unix:ino"))
        && Files.getAttribute(one, "unix:dev").equals(Files.getAttribute(other, "unix:dev"));
  }
}
