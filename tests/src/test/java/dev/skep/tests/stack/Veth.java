package dev.skep.tests.stack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
    run("ip", "netns", "add", veth.namespace);
    run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", veth.namespace);
    run("ip", "addr", "add", "10.231.77.1/24", "dev", name);
    run("ip", "link", "set", name, "up");
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
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    all.addAll(Arrays.asList(command));
    run(all.toArray(String[]::new));
  }

  /** Runs a command; fails with what it printed when it fails. */
  public static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes());
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      new ProcessBuilder("ip", "link", "del", name).start().waitFor();
      new ProcessBuilder("ip", "netns", "del", namespace).start().waitFor();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
