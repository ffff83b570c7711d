package dev.skep.node.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What is mounted where. Java's {@code FileStore} is no judge of it: of several mounts at one place
 * it names the lowest, and on a node that mounts a bpffs after its daemon's pod started there are
 * two.
 */
final class Mounts {
  private Mounts() {}

  /** The type of the file system that {@code path} is on, or would be, as this process sees it. */
  static String typeAt(Path path) throws IOException {
    return typeAt(path.toAbsolutePath(), Files.readAllLines(Path.of("/proc/self/mounts")));
  }

  /**
   * The same by the lines of /proc/mounts, in which the later of two at one place hides the other.
   */
  static String typeAt(Path path, List<String> lines) {
    int longest = -1;
    String type = "";
    for (String line : lines) {
      String[] fields = line.split(" ");
      Path place = Path.of(fields[1].replace("\\040", " "));
      if (path.startsWith(place) && place.getNameCount() >= longest) {
        longest = place.getNameCount();
        type = fields[2];
      }
    }
    return type;
  }
}
