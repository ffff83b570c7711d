package dev.skep.artifact.admit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.MapEntry;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.MapOverride.ConfigMapKey;
import dev.skep.api.v1alpha1.MapOverride.EntriesSource;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.text.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Entries that stand outside of a specification, brought into it. */
public final class EntrySources {
  /**
   * JSON of all entries, bytes: with the rest of its revision it has to fit into etcd's 1.5 MiB.
   */
  static final int MAX_BYTES = 1 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A key that stands there twice would quietly be the second one. */
  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Function<String, Optional<Map<String, String>>> configMaps;

  /** What was read; many maps may name the same list. */
  private final Map<ConfigMapKey, List<MapEntry>> read = new HashMap<>();

  private long bytes;

  private EntrySources(Function<String, Optional<Map<String, String>>> configMaps) {
    this.configMaps = configMaps;
  }

  /** Names of the ConfigMaps that a specification takes entries from; of its own namespace. */
  public static Set<String> configMaps(BpfProgramSpec spec) {
    Set<String> names = new TreeSet<>();
    for (MapOverride map : spec.maps()) {
      map.entriesFrom().stream()
          .filter(source -> source.configMap() != null && source.configMap().name() != null)
          .forEach(source -> names.add(source.configMap().name()));
    }
    return names;
  }

  /**
   * The specification with every entry in it. The sources stay beside them, each with how many it
   * gave, so that a message can name an entry's place.
   *
   * @param configMaps the data of a ConfigMap of the program's namespace, if it is there
   * @throws Refusal ConfigMapNotFound, InvalidEntry or TooLarge
   */
  public static BpfProgramSpec resolve(
      BpfProgramSpec spec, Function<String, Optional<Map<String, String>>> configMaps) {
    EntrySources sources = new EntrySources(configMaps);
    List<MapOverride> resolved = new ArrayList<>();
    for (int i = 0; i < spec.maps().size(); i++) {
      resolved.add(sources.resolve("maps[%d]".formatted(i), spec.maps().get(i)));
    }
    return spec.withMaps(resolved);
  }

  /** Counts entries as they come: a few ConfigMaps named often would fill the memory before. */
  private void count(List<MapEntry> entries) {
    bytes += jsonBytes(entries);
    if (bytes > MAX_BYTES) {
      throw new Refusal(
          Reason.TooLarge,
          "maps: all entries together are more than the %d KiB of JSON that fit into a revision:"
                  .formatted(MAX_BYTES >> 10)
              + " divide them among several programs that share the map");
    }
  }

  private static long jsonBytes(List<MapEntry> entries) {
    try {
      return entries.isEmpty() ? 0 : JSON.writeValueAsBytes(entries).length;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("entries came from JSON", e);
    }
  }

  private MapOverride resolve(String path, MapOverride map) {
    count(map.entries());
    if (map.entriesFrom().isEmpty()) {
      return map;
    }
    List<MapEntry> entries = new ArrayList<>(map.entries());
    List<EntriesSource> sources = new ArrayList<>();
    for (int i = 0; i < map.entriesFrom().size(); i++) {
      ConfigMapKey key = map.entriesFrom().get(i).configMap();
      String place = "%s.entriesFrom[%d].configMap".formatted(path, i);
      List<MapEntry> found = read.get(key);
      if (found == null) {
        found = parse(place, key, text(place, key));
        read.put(key, found);
      }
      count(found);
      entries.addAll(found);
      sources.add(new EntriesSource(key, found.size()));
    }
    return map.with(entries, sources);
  }

  private String text(String path, ConfigMapKey key) {
    if (key == null || key.name() == null || key.key() == null) {
      throw new Refusal(Reason.InvalidEntry, path + ": name and key are needed");
    }
    Map<String, String> data =
        configMaps
            .apply(key.name())
            .orElseThrow(
                () ->
                    new Refusal(
                        Reason.ConfigMapNotFound,
                        "%s: there is no ConfigMap %s in the program's namespace yet"
                            .formatted(path, key.name())));
    String text = data.get(key.key());
    if (text == null) {
      throw new Refusal(
          Reason.ConfigMapNotFound,
          "%s: ConfigMap %s has no key %s in its data%s"
              .formatted(path, key.name(), key.key(), Names.suggestion(key.key(), data.keySet())));
    }
    return text;
  }

  private static List<MapEntry> parse(String path, ConfigMapKey key, String text) {
    String place = "%s: key %s of %s".formatted(path, key.key(), key.name());
    JsonNode said;
    try {
      said = YAML.readTree(text);
    } catch (JsonProcessingException e) {
      throw new Refusal(
          Reason.InvalidEntry,
          "%s is no YAML: %s"
              .formatted(
                  place, Names.shorten(e.getOriginalMessage().strip().replaceAll("\\s+", " "))),
          e);
    }
    if (said == null || said.isNull() || said.isMissingNode()) {
      return List.of();
    }
    List<MapEntry> entries = new ArrayList<>();
    if (said.isObject()) {
      said.properties()
          .forEach(f -> entries.add(new MapEntry(TextNode.valueOf(f.getKey()), f.getValue())));
      return entries;
    }
    if (!said.isArray()) {
      throw new Refusal(
          Reason.InvalidEntry,
          place + " is neither a list of {key, value} nor an object of keys with their values");
    }
    for (int i = 0; i < said.size(); i++) {
      JsonNode one = said.get(i);
      if (!one.has("key") || !one.has("value") || one.size() != 2) {
        throw new Refusal(
            Reason.InvalidEntry, "%s, entry %d: write {key, value}".formatted(place, i));
      }
      entries.add(new MapEntry(one.get("key"), one.get("value")));
    }
    return entries;
  }
}
