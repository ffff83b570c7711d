package dev.skep.node.pod;

import java.util.Map;

/**
 * A pod of this node, as much of it as selectors ask for.
 *
 * @param uid as the kubelet has it, which of a static pod is not the API server's
 * @param labels null when they are not known
 * @param containers their names by id, as far as they are known
 */
public record LocalPod(
    String uid,
    String namespace,
    String name,
    Map<String, String> labels,
    Map<String, String> containers) {
  public LocalPod {
    labels = labels == null ? null : Map.copyOf(labels);
    containers = containers == null ? Map.of() : Map.copyOf(containers);
  }

  /** In words. */
  String words() {
    return namespace + "/" + name;
  }
}
