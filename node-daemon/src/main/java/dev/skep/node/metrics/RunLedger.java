package dev.skep.node.metrics;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.node.metrics.RunCounters.Count;
import dev.skep.node.target.BootId;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;

/**
 * What earlier loads had counted, on disk: without it a daemon that starts would show counters that
 * went down, which Prometheus takes for a restart from zero, and a rate for a burst that never was.
 * Written only when a program was replaced or is gone. Another boot's is of no use: the loads of
 * then are gone, and all that a page shows begins from zero.
 */
final class RunLedger {
  private static final System.Logger LOG = System.getLogger(RunLedger.class.getName());

  private final Path file;
  private final String boot;
  private final ObjectMapper json =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  RunLedger(Path file) {
    this(file, BootId.current());
  }

  RunLedger(Path file, String boot) {
    this.file = file;
    this.boot = boot;
  }

  private record Content(String boot, Map<String, Map<String, Count>> counts) {}

  /** Counts by program and function; none when the file is not there or not whole. */
  Map<String, Map<String, Count>> read() {
    try {
      if (!Files.exists(file)) {
        return new HashMap<>();
      }
      JsonNode content = json.readTree(file.toFile());
      if (!content.isObject()) {
        throw new IOException(file + " is not whole");
      }
      // One that does not say its boot has the counts alone.
      JsonNode counts = content.path("counts").isObject() ? content.get("counts") : content;
      if (counts != content && !content.path("boot").asText().equals(boot)) {
        return new HashMap<>();
      }
      return json.convertValue(counts, new TypeReference<HashMap<String, Map<String, Count>>>() {});
    } catch (IOException | IllegalArgumentException e) {
      LOG.log(Level.WARNING, "run counters begin anew: {0}", e.getMessage());
      return new HashMap<>();
    }
  }

  void write(Map<String, Map<String, Count>> counts) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path partial = file.resolveSibling(file.getFileName() + ".partial");
      json.writeValue(partial.toFile(), new Content(boot, counts));
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "run counters will begin anew with the next daemon: {0}", e);
    }
  }
}
