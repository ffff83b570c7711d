package dev.skep.node.dispatch;

import dev.skep.node.libbpf.Xdp;
import java.util.Optional;

/**
 * An interface, to be spoken of from inside its network namespace.
 *
 * @param network the namespace's number
 * @param ifindex its index there
 * @param name in words, for messages: interface eth0
 * @param mode in which its programs shall run; empty when any will do
 */
public record Place(String network, int ifindex, String name, Optional<Xdp.Mode> mode) {
  /** What the folder of its pins is named; {@code attempt} tells apart what moved away from it. */
  String folder(int attempt) {
    return network + "-" + ifindex + (attempt == 0 ? "" : "-" + attempt);
  }
}
