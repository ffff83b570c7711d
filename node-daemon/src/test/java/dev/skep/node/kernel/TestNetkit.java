package dev.skep.node.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.artifact.process.Command;
import java.util.concurrent.atomic.AtomicInteger;

/** A pair of netkit devices: the primary here, its peer in a network namespace of its own. */
final class TestNetkit implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  final String name = "nk" + ProcessHandle.current().pid() + "n" + COUNT.incrementAndGet();

  TestNetkit(TestKernel test) {
    assumeTrue(test.kernel().facts().hooks().contains("netkit"), "this kernel has no netkit");
    Command.run("ip", "netns", "add", name);
    try {
      // Without a word about the peer: an ip that is older than netkit passes the kind on.
      Command.run("ip", "link", "add", name, "type", "netkit");
      String peer =
          Command.run("ip", "-o", "link", "show", name).replaceAll("(?s).*?@([^:]+):.*", "$1");
      Command.run("ip", "link", "set", peer, "netns", name);
      Command.run("ip", "addr", "add", "10.231.79.1/30", "dev", name);
      Command.run("ip", "link", "set", name, "up");
      Command.run("ip", "-n", name, "addr", "add", "10.231.79.2/30", "dev", peer);
      Command.run("ip", "-n", name, "link", "set", peer, "up");
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** A packet from this end to the other. */
  void send() {
    Command.run("bash", "-c", "echo > /dev/udp/10.231.79.2/9");
  }

  /** A packet from the other end to this one. */
  void answer() {
    Command.run("ip", "netns", "exec", name, "bash", "-c", "echo > /dev/udp/10.231.79.1/9");
  }

  @Override
  public void close() {
    Command.run("ip", "netns", "del", name);
  }
}
