package dev.skep.node.target;

/**
 * A kernel's release, for what nothing harmless tells otherwise, and for messages. A kernel may
 * have more than its release promises.
 */
public record KernelRelease(int major, int minor) {

  /** That of the running kernel. */
  public static KernelRelease current() {
    return parse(System.getProperty("os.version"));
  }

  /** Of "6.12.117+deb12-cloud-amd64" the first two numbers; 0 for what is none. */
  public static KernelRelease parse(String release) {
    String[] numbers = release.split("[^0-9]+", 3);
    return new KernelRelease(number(numbers, 0), number(numbers, 1));
  }

  private static int number(String[] numbers, int at) {
    return at >= numbers.length || numbers[at].isEmpty() || numbers[at].length() > 9
        ? 0
        : Integer.parseInt(numbers[at]);
  }

  /**
   * Whether this one is older.
   *
   * @param release e.g. 6.4
   */
  public boolean isBefore(String release) {
    KernelRelease other = parse(release);
    return major < other.major || (major == other.major && minor < other.minor);
  }
}
