package dev.skep.node.source;

import dev.skep.api.v1alpha1.BpfNodeSpec.NodeFacts;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What this node knows of itself, for globals that ask.
 *
 * @param name of the Node, or the host's
 * @param internalIP empty when it has none, or none was told
 * @param labels of the Node; null where there is no Node
 */
public record NodeValues(
    String name,
    Optional<String> internalIP,
    Optional<String> externalIP,
    Map<String, String> labels) {
  private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");

  /** Of documentation only: nothing is sent there, it only asks which of our addresses would. */
  private static final String SOMEWHERE = "192.0.2.1";

  private static final String SOMEWHERE_V6 = "2001:db8::1";

  static NodeValues ofCluster(String name, NodeFacts facts) {
    return new NodeValues(
        name,
        Optional.ofNullable(facts.internalIP()),
        Optional.ofNullable(facts.externalIP()),
        facts.labels());
  }

  /** Of a machine that is no Node: its address is the one that the default route uses. */
  public static NodeValues ofThisHost() {
    return new NodeValues(
        hostName(),
        addressTowards(SOMEWHERE).or(() -> addressTowards(SOMEWHERE_V6)),
        Optional.empty(),
        null);
  }

  /** CPUs that are on line now. */
  public int cpuCount() {
    try {
      int count = 0;
      for (String range : Files.readString(ONLINE).strip().split(",")) {
        String[] ends = range.split("-");
        count += 1 + Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]);
      }
      return count;
    } catch (IOException | NumberFormatException e) {
      return Runtime.getRuntime().availableProcessors();
    }
  }

  private static String hostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return "localhost";
    }
  }

  private static Optional<String> addressTowards(String address) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(InetAddress.getByName(address), 9));
      InetAddress ours = socket.getLocalAddress();
      return ours == null || ours.isAnyLocalAddress() || ours.isLoopbackAddress()
          ? Optional.empty()
          : Optional.of(ours.getHostAddress().replaceFirst("%.*", ""));
    } catch (UnknownHostException | SocketException | RuntimeException noRoute) {
      return Optional.empty();
    }
  }
}
