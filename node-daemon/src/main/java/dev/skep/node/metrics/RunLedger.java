package dev.skep.node.metrics;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.node.metrics.RunCounters.Count;
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
 * Written only when a program was replaced or is gone.
 */
final class RunLedger {
  private static final System.Logger LOG = System.getLogger(RunLedger.class.getName());

  private final Path file;
  private final ObjectMapper json =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  RunLedger(Path file) {
    this.file = file;
  }

  /** Counts by program and function; none when the file is not there or not whole. */
  Map<String, Map<String, Count>> read() {
    try {
      return Files.exists(file)
          ? json.readValue(
              file.toFile(), new TypeReference<HashMap<String, Map<String, Count>>>() {})
          : new HashMap<>();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "run counters begin anew: {0}", e.getMessage());
      return new HashMap<>();
    }
  }

  void write(Map<String, Map<String, Count>> counts) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path partial = file.resolveSibling(file.getFileName() + ".partial");
      json.writeValue(partial.toFile(), counts);
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "run counters will begin anew with the next daemon: {0}", e);
    }
  }
}
