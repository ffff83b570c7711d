package dev.skep.node.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.BpfNodeStatus;
import dev.skep.node.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/** The status as a JSON file, for a node without a cluster; {@code skep status} prints it. */
public final class StatusFile implements StatusSink {
  private static final Log LOG = Log.of(StatusFile.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private LocalStatus status =
      new LocalStatus(new BpfNodeStatus(null, null, null, null, null), Map.of());

  private boolean written;

  public StatusFile(Path file) {
    this.file = file;
  }

  @Override
  public synchronized void write(BpfNodeStatus of) throws IOException {
    status = new LocalStatus(of, status.refusedManifests());
    written = true;
    write();
  }

  /** The manifests of which not all is taken, and why. */
  public synchronized void refused(Map<String, String> manifests) {
    status = new LocalStatus(status.status(), manifests);
    if (!written) {
      // The first status says it: until then the file tells of the programs that run on.
      return;
    }
    try {
      write();
    } catch (IOException e) {
      LOG.warn("refused manifests are said with the next status", "cause", e);
    }
  }

  private void write() throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    Files.write(partial, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(status));
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** What such a file says. */
  public static LocalStatus read(Path file) throws IOException {
    JsonNode said = JSON.readTree(file.toFile());
    Map<String, String> refused = new TreeMap<>();
    said.path("refusedManifests")
        .properties()
        .forEach(manifest -> refused.put(manifest.getKey(), manifest.getValue().asText()));
    return new LocalStatus(JSON.treeToValue(said, BpfNodeStatus.class), refused);
  }
}
