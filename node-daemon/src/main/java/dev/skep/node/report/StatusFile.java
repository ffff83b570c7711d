package dev.skep.node.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.BpfNodeStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The status as a JSON file, for a node without a cluster; {@code skep status} prints it. */
public final class StatusFile implements StatusSink {
  private final Path file;
  private final ObjectMapper json = new ObjectMapper();

  public StatusFile(Path file) {
    this.file = file;
  }

  @Override
  public void write(BpfNodeStatus status) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    Files.write(partial, json.writerWithDefaultPrettyPrinter().writeValueAsBytes(status));
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
