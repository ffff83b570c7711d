package dev.skep.node.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.BpfProgram;
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
public final class Manifests {
  private static final String DEFAULT_NAMESPACE = "default";

  private final Path folder;
  private final Map<Path, File> files = new HashMap<>();

  Manifests(Path folder) {
    this.folder = folder;
  }

  /**
   * What one file says.
   *
   * @param wrong what of it is not taken, and why
   */
  private record File(
      String text, List<BpfProgram> programs, List<ConfigMap> configMaps, List<String> wrong) {
    static final File NONE = new File(null, List.of(), List.of(), List.of());

    /** What it said goes on, though this is wrong now. */
    File but(String text, String why) {
      boolean saysNothing = programs.isEmpty() && configMaps.isEmpty();
      return new File(
          text,
          programs,
          configMaps,
          List.of(saysNothing ? why : why + "; what the file said before goes on"));
    }
  }

  /**
   * What the folder says; of two files that name the same, the first by file name.
   *
   * @param programs by namespace/name
   * @param configMaps the data of each, by namespace/name
   * @param refused of which files not all is taken, and why
   */
  public record Found(
      Map<String, BpfProgram> programs,
      Map<String, Map<String, String>> configMaps,
      Map<String, String> refused) {
    /** The data of a ConfigMap in a program's namespace. */
    public Optional<Map<String, String>> configMap(BpfProgram program, String name) {
      return Optional.ofNullable(configMaps.get(program.getMetadata().getNamespace() + "/" + name));
    }
  }

  /** What one file says, whatever its name. */
  public static Found of(Path file) {
    return new Manifests(file).read(List.of(file));
  }

  Found read() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return read(entries.filter(Manifests::isManifest).sorted().toList());
    }
  }

  private Found read(List<Path> paths) {
    files.keySet().retainAll(paths);
    Map<String, BpfProgram> programs = new TreeMap<>();
    Map<String, Map<String, String>> configMaps = new TreeMap<>();
    Map<String, String> refused = new TreeMap<>();
    for (Path path : paths) {
      File file = read(path);
      List<String> wrong = new ArrayList<>(file.wrong());
      for (BpfProgram program : file.programs()) {
        if (programs.putIfAbsent(key(program), program) != null) {
          wrong.add("BpfProgram " + key(program) + " stands in another file too");
        }
      }
      for (ConfigMap one : file.configMaps()) {
        Map<String, String> data = one.getData() == null ? Map.of() : one.getData();
        if (configMaps.putIfAbsent(key(one), data) != null) {
          wrong.add("ConfigMap " + key(one) + " stands in another file too");
        }
      }
      if (!wrong.isEmpty()) {
        refused.put(path.getFileName().toString(), String.join("; ", wrong));
      }
    }
    return new Found(programs, configMaps, refused);
  }

  private static String key(HasMetadata object) {
    return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
  }

  private static boolean isManifest(Path path) {
    String name = path.getFileName().toString();
    return (name.endsWith(".yaml") || name.endsWith(".yml")) && !name.startsWith(".");
  }

  private File read(Path path) {
    File before = files.getOrDefault(path, File.NONE);
    try {
      String text = Files.readString(path);
      if (!text.equals(before.text())) {
        files.put(path, parse(text, before));
      }
      return files.get(path);
    } catch (IOException e) {
      return before.but(before.text(), "it cannot be read: " + e);
    }
  }

  private static File parse(String text, File before) {
    List<BpfProgram> programs = new ArrayList<>();
    List<ConfigMap> configMaps = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    try {
      for (JsonNode document : ManifestReader.documents(text)) {
        if (ManifestReader.isProgram(document)) {
          programs.add(inNamespace(ManifestReader.program(document)));
        } else if (ManifestReader.isConfigMap(document)) {
          configMaps.add(inNamespace(ManifestReader.configMap(document)));
        } else {
          wrong.add(
              "apiVersion: %s, kind: %s is left out"
                  .formatted(document.path("apiVersion").asText(), document.path("kind").asText()));
        }
      }
      return new File(text, programs, configMaps, wrong);
    } catch (ManifestReader.NotUnderstood e) {
      return before.but(text, e.getMessage());
    } catch (RuntimeException e) {
      return before.but(text, "it cannot be read: " + e);
    }
  }

  private static <T extends HasMetadata> T inNamespace(T object) {
    if (object.getMetadata().getNamespace() == null) {
      object.getMetadata().setNamespace(DEFAULT_NAMESPACE);
    }
    return object;
  }
}
