package dev.skep.node.dispatch;

/**
 * An interface, to be spoken of from inside its network namespace.
 *
 * @param network the namespace's number
 * @param ifindex its index there
 * @param name in words, for messages: interface eth0
 */
public record Place(String network, int ifindex, String name) {
  /** What the folder of its pins is named; {@code attempt} tells apart what moved away from it. */
  String folder(int attempt) {
    return network + "-" + ifindex + (attempt == 0 ? "" : "-" + attempt);
  }
}
