package dev.skep.node.target;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A network namespace: the index of an interface means nothing without one.
 *
 * @param id what identifies it while it lives, e.g. net:[4026531840]
 * @param path a file that stands for it, to enter it by
 */
public record Network(String id, String path) {
  private static final Path OWN = Path.of("/proc/self/ns/net");
  private static final Path NAMED = Path.of("/run/netns");

  /** This process's, which is the host's. */
  public static Network own() {
    return of(OWN).orElse(new Network("", OWN.toString()));
  }

  /**
   * The one of a name (as ip netns shows it) or an absolute path; the host's for null.
   *
   * @throws Refusal NetworkNotFound
   */
  public static Network named(String nameOrPath) {
    if (nameOrPath == null) {
      return own();
    }
    return of(NAMED.resolve(nameOrPath))
        .orElseThrow(
            () ->
                new Refusal(
                    Reason.NetworkNotFound,
                    "network namespace "
                        + nameOrPath
                        + " does not exist on this node"
                        + (nameOrPath.startsWith("/") ? "" : " (in " + NAMED + ")")));
  }

  /** The one that a file stands for: a bind mount, or a process's ns/net. */
  public static Optional<Network> of(Path file) {
    try {
      // Also of a bind mount: the inode is the namespace's number.
      return Optional.of(
          new Network("net:[" + Files.getAttribute(file, "unix:ino") + "]", file.toString()));
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  /** The number in its id, e.g. 4026531840. */
  public String number() {
    return id.replaceAll("[^0-9]", "");
  }

  public boolean inOwn() {
    return id.equals(own().id());
  }
}
