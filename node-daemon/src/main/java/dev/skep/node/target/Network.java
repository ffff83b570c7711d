package dev.skep.node.target;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A network namespace: the index of an interface means nothing without one.
 *
 * @param id what identifies it while it lives, e.g. net:[4026531840]
 * @param path a file that stands for it, to enter it by
 */
public record Network(String id, String path) {
  /** Where ip netns, and container runtimes, keep namespaces by name. */
  public static final Path NAMED = Path.of("/run/netns");

  private static final Path OWN_FILE = Path.of("/proc/self/ns/net");

  /** Of the file system that all namespaces are files of; null without /proc. */
  private static final Object DEVICE = attributes(OWN_FILE).map(a -> a.get("dev")).orElse(null);

  /** A process has one, whatever its threads enter. */
  private static final Network OWN = of(OWN_FILE).orElse(new Network("", OWN_FILE.toString()));

  /** This process's, which is the host's. */
  public static Network own() {
    return OWN;
  }

  /**
   * The one of a name (as ip netns shows it) or an absolute path; the host's for null.
   *
   * @throws Refusal NetworkNotFound
   */
  public static Network named(String nameOrPath) {
    return nameOrPath == null
        ? own()
        : of(file(nameOrPath))
            .orElseThrow(() -> new Network("", file(nameOrPath).toString()).gone());
  }

  /** The file that a name, or an absolute path, means. */
  public static Path file(String nameOrPath) {
    return NAMED.resolve(nameOrPath);
  }

  /** The one that a file stands for: a bind mount, or a process's ns/net. */
  public static Optional<Network> of(Path file) {
    // A name is a plain file for a moment, before the namespace is mounted on it; and the inode of
    // the mount is the namespace's number.
    return attributes(file)
        .filter(a -> a.get("dev").equals(DEVICE))
        .map(a -> new Network("net:[" + a.get("ino") + "]", file.toString()));
  }

  private static Optional<Map<String, Object>> attributes(Path file) {
    try {
      return Optional.of(Files.readAttributes(file, "unix:dev,ino"));
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  /** The number in its id, e.g. 4026531840. */
  public String number() {
    return id.replaceAll("[^0-9]", "");
  }

  public boolean inOwn() {
    return id.isEmpty() || id.equals(OWN.id());
  }

  /** In words: network namespace blue. */
  public String name() {
    Path file = Path.of(path);
    return "network namespace "
        + (NAMED.equals(file.getParent()) ? file.getFileName().toString() : path);
  }

  /** What to say when it is not there. */
  public Refusal gone() {
    return new Refusal(
        Reason.NetworkNotFound,
        name()
            + (Files.exists(Path.of(path))
                ? " is a file, but no network namespace: name one that ip netns shows, or a process's /proc/PID/ns/net"
                : " does not exist on this node"
                    + (Path.of(path).startsWith(NAMED) ? " (in " + NAMED + ")" : "")));
  }
}
