package dev.skep.node.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.node.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The BpfPrograms in a folder of YAML files. A file that cannot be read keeps what it said before:
 * a slip of the pen must not detach anything.
 */
final class Manifests {
  private static final Log LOG = Log.of(Manifests.class);
  private static final String DEFAULT_NAMESPACE = "default";

  private final Path folder;
  private final Map<Path, File> files = new HashMap<>();

  Manifests(Path folder) {
    this.folder = folder;
  }

  private record File(String text, List<BpfProgram> programs) {}

  /**
   * Every program by namespace/name; of two files that name the same one, the first by file name.
   */
  Map<String, BpfProgram> read() throws IOException {
    List<Path> paths;
    try (Stream<Path> entries = Files.list(folder)) {
      paths = entries.filter(Manifests::isManifest).sorted().toList();
    }
    files.keySet().retainAll(paths);
    Map<String, BpfProgram> programs = new TreeMap<>();
    for (Path path : paths) {
      for (BpfProgram program : read(path)) {
        String key = program.getMetadata().getNamespace() + "/" + program.getMetadata().getName();
        if (programs.putIfAbsent(key, program) != null) {
          LOG.warn("the program stands in another file too", "program", key, "file", path);
        }
      }
    }
    return programs;
  }

  private static boolean isManifest(Path path) {
    String name = path.getFileName().toString();
    return (name.endsWith(".yaml") || name.endsWith(".yml")) && !name.startsWith(".");
  }

  private List<BpfProgram> read(Path path) {
    File before = files.get(path);
    try {
      String text = Files.readString(path);
      if (before == null || !before.text().equals(text)) {
        files.put(path, new File(text, before == null ? List.of() : before.programs()));
        files.put(path, new File(text, parse(path, text)));
      }
    } catch (ManifestReader.NotUnderstood e) {
      LOG.warn("manifest not understood", "file", path, "cause", e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.warn("manifest not read", "file", path, "cause", e);
    }
    File now = files.get(path);
    return now == null ? List.of() : now.programs();
  }

  private static List<BpfProgram> parse(Path path, String text) {
    List<BpfProgram> programs = new ArrayList<>();
    for (JsonNode document : ManifestReader.documents(text)) {
      if (ManifestReader.isProgram(document)) {
        programs.add(inNamespace(ManifestReader.program(document)));
      } else {
        LOG.warn("not a BpfProgram, left out", "file", path, "kind", document.path("kind"));
      }
    }
    return programs;
  }

  private static BpfProgram inNamespace(BpfProgram program) {
    if (program.getMetadata().getNamespace() == null) {
      program.getMetadata().setNamespace(DEFAULT_NAMESPACE);
    }
    return program;
  }
}
