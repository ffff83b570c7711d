package dev.skep.images.debian;

/**
 * One package, of one version and architecture, and no other.
 *
 * @param name e.g. libbpf1
 * @param version Debian's, with its epoch
 * @param architecture amd64 or arm64
 * @param sha256 64 hex digits of the archive
 * @param path of the archive below a mirror, e.g. pool/main/libb/libbpf/…
 */
public record LockedPackage(
    String name, String version, String architecture, String sha256, String path) {

  static LockedPackage parse(String line) {
    String[] words = line.strip().split("\\s+");
    if (words.length != 5 || !words[3].matches("[0-9a-f]{64}") || words[4].contains("..")) {
      throw new IllegalArgumentException(
          "\"%s\": not NAME VERSION ARCHITECTURE SHA256 PATH".formatted(line));
    }
    return new LockedPackage(words[0], words[1], words[2], words[3], words[4]);
  }
}
