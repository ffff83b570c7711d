package dev.skep.artifact;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The compiled objects that tests read; bpf-programs/build.sh makes them. */
public final class Objects {
  private static final Path FOLDER =
      Path.of(System.getProperty("skep.bpf", "../bpf-programs/target"));

  private Objects() {}

  /** The bytes of NAME.bpf.o; without it the test is skipped, and says so. */
  public static byte[] read(String name) {
    Path file = FOLDER.resolve(name + ".bpf.o");
    Assumptions.assumeTrue(
        Files.exists(file), () -> file + " is not built: run bpf-programs/build.sh");
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
