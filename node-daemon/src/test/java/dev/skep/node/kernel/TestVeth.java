package dev.skep.node.kernel;

import dev.skep.artifact.process.Command;
import java.util.concurrent.atomic.AtomicInteger;

/** A pair of virtual interfaces: one end here, the other in a network namespace of its own. */
final class TestVeth implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  final String name;
  private final String namespace;

  TestVeth() {
    name = "sk" + ProcessHandle.current().pid() + "n" + COUNT.incrementAndGet();
    namespace = name;
    Command.run("ip", "netns", "add", namespace);
    Command.run(
        "ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", namespace);
    // Nothing is sent that a test does not send.
    Command.run("sh", "-c", noIpv6(name));
    inside("sh", "-c", noIpv6("eth0"));
    Command.run("ip", "addr", "add", "10.231.78.1/30", "dev", name);
    Command.run("ip", "link", "set", name, "up");
    inside("ip", "addr", "add", "10.231.78.2/30", "dev", "eth0");
    inside("ip", "link", "set", "eth0", "up");
  }

  private static String noIpv6(String interfaceName) {
    String setting = "/proc/sys/net/ipv6/conf/" + interfaceName + "/disable_ipv6";
    return "[ ! -e %s ] || echo 1 > %s".formatted(setting, setting);
  }

  void setMtu(int bytes) {
    Command.run("ip", "link", "set", name, "mtu", Integer.toString(bytes));
    inside("ip", "link", "set", "eth0", "mtu", Integer.toString(bytes));
  }

  /** One packet to this end, and its answer. */
  void ping() {
    inside("ping", "-q", "-c", "1", "-W", "10", "10.231.78.1");
  }

  /** The same, after others were lost: the kernel may still be waiting for an address. */
  void pingInTheEnd() {
    inside(
        "sh", "-c", "for i in 1 2 3 4 5; do ping -q -c 1 -W 1 10.231.78.1 && exit 0; done; exit 1");
  }

  /** A packet to this end to which no answer may come. */
  void loseAPing() {
    inside("sh", "-c", "! ping -q -c 1 -W 1 10.231.78.1");
  }

  /** What sends a packet to this end that it sends on, back to where it comes from. */
  Runnable forwarding() {
    Command.run("ip", "route", "add", "10.231.77.1/32", "via", "10.231.78.2", "dev", name);
    inside("ip", "route", "add", "10.231.77.1/32", "via", "10.231.78.1");
    Command.run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/conf/" + name + "/forwarding");
    // The answer to what is sent behind it tells that it was sent on.
    String send = "echo > /dev/udp/10.231.77.1/9 && ping -q -c 1 -W 10 10.231.78.1";
    return () -> inside("bash", "-c", send);
  }

  /** A packet to this end that has several pieces, and its answer. */
  void pingInPieces() {
    inside("ping", "-q", "-c", "1", "-W", "10", "-s", "8000", "10.231.78.1");
  }

  /** Runs a command in the namespace of the other end. */
  void inside(String... command) {
    atPeer(command).output();
  }

  /** A command for the other end. */
  Command atPeer(String... command) {
    return Command.of("ip", "netns", "exec", namespace).and(command);
  }

  /** Deletes the pair and leaves the namespace. */
  void delete() {
    Command.run("ip", "link", "del", name);
  }

  @Override
  public void close() {
    // The namespace takes its end, and that the other one, with it.
    Command.run("ip", "netns", "del", namespace);
  }
}
