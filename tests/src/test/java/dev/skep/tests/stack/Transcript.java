package dev.skep.tests.stack;

import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What a person sees who uses kubectl, in a file, as it would stand in a terminal. */
public final class Transcript {
  private final ControlPlane cluster;
  private final Path file;

  public Transcript(ControlPlane cluster, Path file) {
    this.cluster = cluster;
    this.file = file;
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs kubectl as a cluster administrator. */
  public void kubectl(String... arguments) {
    String output = cluster.kubectl(arguments).output();
    try {
      Files.writeString(
          file,
          "$ kubectl %s%n%s%n".formatted(String.join(" ", arguments), output),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
