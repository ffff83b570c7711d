package dev.skep.tests.pods;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.artifact.process.Command;
import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An interface of the node that frames arrive at, one after the other until told to stop, from a
 * namespace of its own. What it took can be compared to what a program counted, to the frame.
 */
final class FloodedInterface implements AutoCloseable {
  static final String NAME = "story0";
  private static final String PEER = "story-peer";
  private static final int FRAMES_PER_SECOND = 5_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final OneNode cluster;
  private final Path flooder;
  private Thread flood;
  private volatile boolean stopped;
  private volatile long sent;
  private volatile RuntimeException failure;

  FloodedInterface(OneNode cluster) {
    this.cluster = cluster;
    flooder = compile();
    cluster.onNode("ip", "netns", "add", PEER);
    cluster.onNode(
        "ip", "link", "add", NAME, "type", "veth", "peer", "name", "eth0", "netns", PEER);
    cluster.onNode("ip", "link", "set", NAME, "up");
    cluster.onNode("ip", "-n", PEER, "link", "set", "eth0", "up");
  }

  private static Path compile() {
    try {
      Path folder = Files.createDirectories(Path.of("target").toAbsolutePath());
      Path source = ControlPlane.projectRoot().resolve("tests/baseline/flooder.c");
      Path program = folder.resolve("flooder");
      Command.run("gcc", "-O2", "-o", program.toString(), source.toString());
      return program;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Frames begin to arrive, and go on until {@link #stop}. */
  void start() {
    flood = Thread.ofVirtual().name("flood").start(this::flood);
  }

  // One run of the flooder lasts a few seconds: it never outlives its test for long.
  private void flood() {
    Command flood =
        Command.of(cluster.nodePrefix())
            .and("ip", "netns", "exec", PEER, flooder.toString(), "eth0", "2")
            .and(Integer.toString(FRAMES_PER_SECOND));
    try {
      while (!stopped) {
        JsonNode said = JSON.readTree(flood.output());
        sent += said.get("sent").asLong();
      }
    } catch (IOException | RuntimeException e) {
      failure = new IllegalStateException("the flood ended", e);
    }
  }

  /** Ends it; returns how many frames arrived. */
  long stop() {
    stopped = true;
    try {
      flood.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw failure;
    }
    return sent;
  }

  /** How many frames the pinned map of a program of object {@code flood_count} has counted. */
  long counted(String program) {
    String map =
        cluster
            .onNode(
                "find",
                "/sys/fs/bpf/skep/" + OneNode.NAMESPACE + "/" + program,
                "-path",
                "*/maps/frames")
            .strip();
    long counted = 0;
    try {
      for (JsonNode entry :
          JSON.readTree(cluster.onNode("bpftool", "-j", "map", "dump", "pinned", map))) {
        for (JsonNode cpu : entry.get("formatted").get("values")) {
          counted += cpu.get("value").asLong();
        }
      }
      return counted;
    } catch (IOException e) {
      throw new IllegalStateException(map, e);
    }
  }

  @Override
  public void close() {
    stopped = true;
    cluster.onNode("ip", "link", "del", NAME);
    cluster.onNode("ip", "netns", "del", PEER);
  }
}
