package dev.skep.node.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.source.ObjectStore;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The objects that a daemon on this machine loaded, as it keeps them in its state folder. */
final class LoadedObjects {
  private final Path stateDir;
  private final ObjectMapper json = new ObjectMapper();

  private LoadedObjects(Path stateDir) {
    this.stateDir = stateDir;
  }

  static LoadedObjects in(Path stateDir) {
    return new LoadedObjects(stateDir);
  }

  /** The types of a load's object; empty when the daemon's folder does not have it. */
  Optional<ObjectReport> report(LoadKey load) {
    File[] revisions = stateDir.resolve("revisions").toFile().listFiles();
    for (File file : revisions == null ? new File[0] : revisions) {
      if (file.getName().startsWith(load.namespace() + "_" + load.name() + "_")) {
        Optional<String> digest = digest(file, load);
        if (digest.isPresent()) {
          return new ObjectStore(stateDir.resolve("objects"), Optional.empty())
              .onDisk(digest.get())
              .map(ObjectInspector::inspect);
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> digest(File file, LoadKey load) {
    try {
      BpfRevision revision = json.readValue(file, BpfRevision.class);
      return load.isOf(revision.getSpec().load())
          ? Optional.of(revision.getSpec().image().objectDigest())
          : Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
