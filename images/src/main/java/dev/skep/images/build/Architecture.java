package dev.skep.images.build;

/**
 * A processor architecture, by the names that the world has for it.
 *
 * @param debian Debian's and OCI's, which agree on these
 * @param triplet Debian's folder of libraries
 * @param loader where every program looks for the dynamic loader
 */
record Architecture(String debian, String triplet, String loader) {
  static final Architecture AMD64 =
      new Architecture("amd64", "x86_64-linux-gnu", "lib64/ld-linux-x86-64.so.2");
  static final Architecture ARM64 =
      new Architecture("arm64", "aarch64-linux-gnu", "lib/ld-linux-aarch64.so.1");

  /** This machine's: a runtime is linked from the JDK that runs, and its classes by itself. */
  static Architecture ofThisMachine() {
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> AMD64;
      case "aarch64" -> ARM64;
      case String other ->
          throw new IllegalStateException("images are built for amd64 and arm64, not for " + other);
    };
  }
}
