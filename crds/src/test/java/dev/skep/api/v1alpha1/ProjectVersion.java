package dev.skep.api.v1alpha1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version that the build gives to all modules, as the parent's in this module's pom. */
final class ProjectVersion {
  static final String VALUE = read();

  private ProjectVersion() {}

  private static String read() {
    try {
      Matcher version =
          Pattern.compile("<parent>.*?<version>([^<]+)</version>", Pattern.DOTALL)
              .matcher(Files.readString(Path.of("pom.xml")));
      if (!version.find()) {
        throw new IllegalStateException("no version of the parent in pom.xml");
      }
      return version.group(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
