package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.node.libbpf.Libc;
import dev.skep.node.target.Cgroups;
import dev.skep.node.target.HostRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinariesIT {
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  private @TempDir Path folder;

  @Test
  @DisplayName(
      "a container's process that still has the host's files has none of its own yet, also for a"
          + " daemon whose own root is another one")
  void setUp() throws IOException {
    Path root = rootWithBusybox("root");
    Process container = sleepIn(root);
    try {
      Path group = Files.createDirectories(folder.resolve("groups/pod/c"));
      Files.writeString(group.resolve("cgroup.procs"), container.pid() + "\n");
      ContainerFile file = new ContainerFile("/pod/c", BUSYBOX.toString());

      assertThat(binaries(rootWithBusybox("other")).id(file))
          .as("in a root of its own")
          .isPresent();
      assertThat(binaries(root).id(file)).as("in the host's root").isEmpty();
    } finally {
      container.destroyForcibly();
    }
  }

  private Path rootWithBusybox(String name) throws IOException {
    Path root = Files.createDirectory(folder.resolve(name));
    Files.createDirectory(root.resolve("bin"));
    Path program = Files.copy(BUSYBOX, root.resolve("bin/busybox"));
    program.toFile().setExecutable(true);
    return root;
  }

  private static Process sleepIn(Path root) throws IOException {
    String busybox = BUSYBOX.toString();
    Process process =
        new ProcessBuilder(busybox, "chroot", root.toString(), busybox, "sh", "-c", "echo; read x")
            .start();
    process.getInputStream().read();
    return process;
  }

  private Binaries binaries(Path hostRoot) {
    return new Binaries(
        Libc.get(), Cgroups.at(folder.resolve("groups")), new HostRoot(hostRoot, Optional.empty()));
  }
}
