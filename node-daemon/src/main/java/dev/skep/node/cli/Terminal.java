package dev.skep.node.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a person is reading. System.console() would say it too, but loads a line editor first.
 */
final class Terminal {
  private Terminal() {}

  static boolean isOutput() {
    try {
      Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/1"));
      return target.startsWith("/dev/pts") || target.toString().startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }
}
