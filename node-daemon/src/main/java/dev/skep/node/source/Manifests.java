package dev.skep.node.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.node.log.Log;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The BpfPrograms in a folder of YAML files, and the ConfigMaps they take entries from. A file that
 * cannot be read keeps what it said before: a slip of the pen must not detach anything.
 */
final class Manifests {
  private static final Log LOG = Log.of(Manifests.class);
  private static final String DEFAULT_NAMESPACE = "default";

  private final Path folder;
  private final Map<Path, File> files = new HashMap<>();

  Manifests(Path folder) {
    this.folder = folder;
  }

  /** What one file says. */
  private record File(String text, Content content) {}

  private record Content(List<BpfProgram> programs, List<ConfigMap> configMaps) {
    static final Content NONE = new Content(List.of(), List.of());
  }

  /**
   * What the folder says; of two files that name the same, the first by file name.
   *
   * @param programs by namespace/name
   * @param configMaps the data of each, by namespace/name
   */
  record Found(Map<String, BpfProgram> programs, Map<String, Map<String, String>> configMaps) {
    /** The data of a ConfigMap in a program's namespace. */
    Optional<Map<String, String>> configMap(BpfProgram program, String name) {
      return Optional.ofNullable(configMaps.get(program.getMetadata().getNamespace() + "/" + name));
    }
  }

  Found read() throws IOException {
    List<Path> paths;
    try (Stream<Path> entries = Files.list(folder)) {
      paths = entries.filter(Manifests::isManifest).sorted().toList();
    }
    files.keySet().retainAll(paths);
    Map<String, BpfProgram> programs = new TreeMap<>();
    Map<String, Map<String, String>> configMaps = new TreeMap<>();
    for (Path path : paths) {
      Content content = read(path);
      for (BpfProgram program : content.programs()) {
        if (programs.putIfAbsent(key(program), program) != null) {
          LOG.warn("the program stands in another file too", "program", key(program), "file", path);
        }
      }
      for (ConfigMap one : content.configMaps()) {
        Map<String, String> data = one.getData() == null ? Map.of() : one.getData();
        if (configMaps.putIfAbsent(key(one), data) != null) {
          LOG.warn("the ConfigMap stands in another file too", "name", key(one), "file", path);
        }
      }
    }
    return new Found(programs, configMaps);
  }

  private static String key(HasMetadata object) {
    return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
  }

  private static boolean isManifest(Path path) {
    String name = path.getFileName().toString();
    return (name.endsWith(".yaml") || name.endsWith(".yml")) && !name.startsWith(".");
  }

  private Content read(Path path) {
    File before = files.get(path);
    try {
      String text = Files.readString(path);
      if (before == null || !before.text().equals(text)) {
        files.put(path, new File(text, before == null ? Content.NONE : before.content()));
        files.put(path, new File(text, parse(path, text)));
      }
    } catch (ManifestReader.NotUnderstood e) {
      LOG.warn("manifest not understood", "file", path, "cause", e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.warn("manifest not read", "file", path, "cause", e);
    }
    File now = files.get(path);
    return now == null ? Content.NONE : now.content();
  }

  private static Content parse(Path path, String text) {
    List<BpfProgram> programs = new ArrayList<>();
    List<ConfigMap> configMaps = new ArrayList<>();
    for (JsonNode document : ManifestReader.documents(text)) {
      if (ManifestReader.isProgram(document)) {
        programs.add(inNamespace(ManifestReader.program(document)));
      } else if (ManifestReader.isConfigMap(document)) {
        configMaps.add(inNamespace(ManifestReader.configMap(document)));
      } else {
        LOG.warn(
            "neither a BpfProgram nor a ConfigMap, left out",
            "file",
            path,
            "kind",
            document.path("kind"));
      }
    }
    return new Content(programs, configMaps);
  }

  private static <T extends HasMetadata> T inNamespace(T object) {
    if (object.getMetadata().getNamespace() == null) {
      object.getMetadata().setNamespace(DEFAULT_NAMESPACE);
    }
    return object;
  }
}
