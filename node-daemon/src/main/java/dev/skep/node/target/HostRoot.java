package dev.skep.node.target;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the host's files are: a daemon in a container sees them through the host's first process,
 * given the host's pid namespace and CAP_SYS_PTRACE.
 *
 * @param path this process's own root where it is the host's, or where the host's cannot be seen
 * @param hidden why the host's cannot be seen, if so
 */
public record HostRoot(Path path, Optional<Failure> hidden) {
  private static final Path OWN = Path.of("/");
  private static final Path FIRST_PROCESS = Path.of("/proc/1/root");

  /** Set in every pod. */
  private static final String IN_A_POD = "KUBERNETES_SERVICE_HOST";

  /** That of the node that this process runs on. */
  public static HostRoot find() {
    return find(FIRST_PROCESS, System.getenv(IN_A_POD) != null, Capabilities.own());
  }

  static HostRoot find(Path firstProcess, boolean inAPod, Capabilities capabilities) {
    Path first = firstProcess.resolve(".");
    String why;
    try {
      if (!same(first, OWN)) {
        return new HostRoot(firstProcess, Optional.empty());
      }
      why = "takes the node's pid namespace: hostPID of the daemon's pod";
    } catch (IOException _) {
      why =
          "process 1 would have to be looked into, which this node does not permit: "
              + firstProcess;
    }
    String words = "to see the node's files " + why;
    return new HostRoot(
        OWN,
        inAPod
            ? capabilities
                .refusal("to see the node's files", Capability.SYS_PTRACE)
                .or(() -> Optional.of(Failure.of(Reason.Incompatible, words)))
            : Optional.empty());
  }

  /** Whether two paths lead to one folder. */
  public static boolean same(Path one, Path other) throws IOException {
    return Files.getAttribute(one, "unix:ino").equals(Files.getAttribute(other, "unix:ino"))
        && Files.getAttribute(one, "unix:dev").equals(Files.getAttribute(other, "unix:dev"));
  }
}
