package dev.skep.tests.bench;

import dev.skep.artifact.process.Command;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Interfaces of this machine's own network namespace, as most are, under names of this process's
 * own. Their other ends are in one namespace, with which all go at once: one by one the kernel
 * takes seconds.
 */
record ManyInterfaces(String prefix, int count) implements AutoCloseable {
  static ManyInterfaces make(int count) {
    ManyInterfaces made =
        new ManyInterfaces("skb" + ProcessHandle.current().pid() % 100_000 + "n", count);
    Command.run("ip", "netns", "add", made.namespace());
    StringBuilder batch = new StringBuilder();
    for (int i = 0; i < count; i++) {
      batch.append(
          "link add %s%d type veth peer name e%d netns %s\n"
              .formatted(made.prefix, i, i, made.namespace()));
    }
    Command.run("bash", "-c", "ip -batch - <<'E'\n" + batch + "E");
    return made;
  }

  private String namespace() {
    return prefix + "-peers";
  }

  String pattern() {
    return prefix + "*";
  }

  /** The namespace goes later than its name: waits for the last interface. */
  @Override
  public void close() {
    Command.run("ip", "netns", "del", namespace());
    Watcher.await(
        "interfaces gone",
        () ->
            Files.exists(Path.of("/sys/class/net", prefix + (count - 1)))
                ? null
                : System.nanoTime());
  }
}
