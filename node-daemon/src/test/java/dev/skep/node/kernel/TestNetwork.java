package dev.skep.node.kernel;

import dev.skep.artifact.process.Command;
import java.util.concurrent.atomic.AtomicInteger;

/** A network namespace of the test's own. */
final class TestNetwork implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  final String name = "skn" + ProcessHandle.current().pid() + "n" + COUNT.incrementAndGet();
  private boolean there;

  /** A name for a namespace that is not made yet. */
  static TestNetwork later() {
    return new TestNetwork();
  }

  static TestNetwork now() {
    TestNetwork network = new TestNetwork();
    network.create();
    return network;
  }

  void create() {
    Command.run("ip", "netns", "add", name);
    there = true;
  }

  /** Runs ip in it. */
  String ip(String... arguments) {
    return Command.of("ip", "-n", name).and(arguments).output();
  }

  /** A pair of interfaces in it. */
  void pair(String one, String other) {
    ip("link", "add", one, "type", "veth", "peer", "name", other);
    ip("link", "set", one, "up");
    ip("link", "set", other, "up");
  }

  void delete() {
    Command.run("ip", "netns", "del", name);
    there = false;
  }

  @Override
  public void close() {
    if (there) {
      delete();
    }
  }
}
