package dev.skep.node.kernel;

import java.util.Optional;

/**
 * A file as a container sees it, found by the container's control group, whose processes come and
 * go.
 *
 * @param cgroup the container's, from the hierarchy's root
 * @param path from the container's own root
 */
record ContainerFile(String cgroup, String path) {
  private static final String PREFIX = "container:";

  /** How a hook that was narrowed to it names it; no path of the node is written so. */
  @Override
  public String toString() {
    return PREFIX + cgroup + "/" + path;
  }

  static Optional<ContainerFile> parse(String binary) {
    int path = binary.indexOf("//");
    return binary.startsWith(PREFIX) && path >= 0
        ? Optional.of(
            new ContainerFile(binary.substring(PREFIX.length(), path), binary.substring(path + 1)))
        : Optional.empty();
  }
}
