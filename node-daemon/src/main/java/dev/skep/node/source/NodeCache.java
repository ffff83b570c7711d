package dev.skep.node.source;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.node.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the API server said last, on disk: so that a daemon that starts while it is away goes on.
 * Its loss costs requests, nothing else; so an unreadable file is as good as none.
 */
final class NodeCache {
  private static final Log LOG = Log.of(NodeCache.class);
  private final ObjectMapper json;
  private static final String PARTIAL = ".partial";

  private final Path assignments;
  private final Path revisions;

  NodeCache(Path stateDir, ObjectMapper json) {
    this.json = json;
    this.assignments = stateDir.resolve("node.json");
    this.revisions = stateDir.resolve("revisions");
  }

  Optional<Assignments> assignments() {
    return read(assignments, Assignments.class);
  }

  /** Keeps the assignments, and of the revisions only those they name. */
  void keep(Assignments current) {
    write(assignments, current);
    Set<String> named = new HashSet<>();
    current.programs().forEach(assigned -> named.add(file(assigned).getFileName().toString()));
    for (Path file : list()) {
      // What is being written just now goes by its name to be.
      if (!named.contains(file.getFileName().toString().replace(PARTIAL, ""))) {
        delete(file);
      }
    }
  }

  Optional<BpfRevision> revision(AssignedRevision assigned) {
    return read(file(assigned), BpfRevision.class);
  }

  void keep(AssignedRevision assigned, BpfRevision revision) {
    write(file(assigned), revision);
  }

  private Path file(AssignedRevision assigned) {
    return revisions.resolve(
        assigned.namespace() + "_" + assigned.name() + "_" + assigned.revision() + ".json");
  }

  private <T> Optional<T> read(Path file, Class<T> type) {
    try {
      // A newer version may have written more.
      return Optional.of(
          json.readerFor(type)
              .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
              .readValue(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.warn("cached file not readable", "file", file, "cause", e);
      return Optional.empty();
    }
  }

  private void write(Path file, Object value) {
    try {
      Files.createDirectories(file.getParent());
      Path partial = file.resolveSibling(file.getFileName() + PARTIAL);
      Files.write(partial, json.writeValueAsBytes(value));
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.warn("not cached", "file", file, "cause", e);
    }
  }

  private List<Path> list() {
    try (Stream<Path> files = Files.list(revisions)) {
      return files.toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("stale cached file stays", "file", file, "cause", e);
    }
  }
}
