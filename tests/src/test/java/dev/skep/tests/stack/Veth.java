package dev.skep.tests.stack;

import dev.skep.artifact.process.Command;

/**
 * A pair of virtual interfaces that a test made: one end here, the other in a namespace of its own.
 */
public final class Veth implements AutoCloseable {
  private final String name;
  private final String namespace;

  private Veth(String name) {
    this.name = name;
    this.namespace = name + "-peer";
  }

  /** Makes the pair with 10.231.77.1 here and 10.231.77.2 at the other end. */
  public static Veth create(String name) {
    Veth veth = new Veth(name);
    veth.close();
    Command.run("ip", "netns", "add", veth.namespace);
    Command.run(
        "ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", veth.namespace);
    Command.run("ip", "addr", "add", "10.231.77.1/24", "dev", name);
    Command.run("ip", "link", "set", name, "up");
    veth.inPeer("ip", "addr", "add", "10.231.77.2/24", "dev", "eth0");
    veth.inPeer("ip", "link", "set", "eth0", "up");
    return veth;
  }

  public String name() {
    return name;
  }

  /** Sends so many packets from the other end to this one, whether or not they are answered. */
  public void send(int packets) {
    inPeer(
        "sh",
        "-c",
        "ping -q -i 0.002 -c " + packets + " -W 1 10.231.77.1 >/dev/null; test $? -le 1");
  }

  private void inPeer(String... command) {
    Command.of("ip", "netns", "exec", namespace).and(command).output();
  }

  @Override
  public void close() {
    // Either may be gone.
    Command.of("ip", "link", "del", name).end();
    Command.of("ip", "netns", "del", namespace).end();
  }
}
