package dev.skep.node.kernel;

import dev.skep.artifact.process.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What of a container the daemon sees: a process in a control group whose root folder is not the
 * host's. Its one program is a busybox of its own.
 */
final class TestContainer implements AutoCloseable {
  static final String PROGRAM = "/bin/busybox";

  final Path root;
  private final TestCgroup group;
  private final String cgroup;
  private Process process;

  /**
   * @param image the root folder of another one, whose files it shares as containers of one image
   *     do; null for files of its own
   */
  TestContainer(TestCgroup group, String cgroup, TestContainer image) {
    this.group = group;
    this.cgroup = cgroup;
    try {
      root = Files.createTempDirectory("skep-root");
      Files.createDirectories(root.resolve("bin"));
      Path program = root.resolve(PROGRAM.substring(1));
      if (image == null) {
        Files.copy(Path.of(PROGRAM), program);
        program.toFile().setExecutable(true);
      } else {
        Files.createLink(program, image.root.resolve(PROGRAM.substring(1)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    group.make(cgroup);
  }

  /** Begins to run, as after a restart too; in the host's network. */
  void start() {
    start(List.of());
  }

  /** The same in a network of its own. */
  void startInOwnNetwork() {
    start(List.of(PROGRAM, "unshare", "-n"));
  }

  private void start(List<String> before) {
    List<String> command = new ArrayList<>(before);
    command.addAll(List.of(PROGRAM, "chroot", root.toString(), PROGRAM, "sleep", "600"));
    try {
      process = new ProcessBuilder(command).start();
      group.enter(cgroup, process.pid());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives its own network, as soon as it is in it, a pair of interfaces. */
  void addPair(String one, String other) {
    String net = "/proc/" + process.pid() + "/ns/net";
    Command.run(
        "bash",
        "-c",
        "until [ $(readlink %s) != $(readlink /proc/self/ns/net) ]; do :; done".formatted(net));
    String pid = Long.toString(process.pid());
    Command.run(
        "ip", "link", "add", one, "netns", pid, "type", "veth", "peer", "name", other, "netns",
        pid);
    for (String end : List.of(one, other)) {
      Command.run(PROGRAM, "nsenter", "-t", pid, "-n", "ip", "link", "set", end, "up");
    }
  }

  void stop() {
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets its program run once more, in its root. */
  void run() {
    run(PROGRAM, "true");
  }

  /** Runs a program of its own. */
  void run(String... command) {
    Command.of(PROGRAM, "chroot", root.toString()).and(command).output();
  }

  void link(String name, String to) {
    try {
      Files.createSymbolicLink(root.resolve(name), Path.of(to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets it have a file of the host. */
  void copy(String from, String to) {
    try {
      Files.copy(Path.of(from), root.resolve(to.substring(1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where in its file a program begins to run: the entry of its ELF header. */
  static long entry() {
    try {
      ByteBuffer elf = ByteBuffer.wrap(Files.readAllBytes(Path.of(PROGRAM)));
      elf.order(ByteOrder.LITTLE_ENDIAN);
      long address = elf.getLong(24);
      int segments = (int) elf.getLong(32);
      for (int i = 0; i < elf.getShort(56); i++) {
        int at = segments + i * elf.getShort(54);
        long start = elf.getLong(at + 16);
        if (elf.getInt(at) == 1 && address >= start && address < start + elf.getLong(at + 32)) {
          return address - start + elf.getLong(at + 8);
        }
      }
      throw new IllegalStateException("no segment has the entry");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      stop();
    }
    try (Stream<Path> all = Files.walk(root)) {
      List<Path> files = all.sorted(Comparator.reverseOrder()).toList();
      for (Path file : files) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
