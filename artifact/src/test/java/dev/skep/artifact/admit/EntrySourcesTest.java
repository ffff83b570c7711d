package dev.skep.artifact.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.MapEntry;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.MapOverride.ConfigMapKey;
import dev.skep.api.v1alpha1.MapOverride.EntriesSource;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.Objects;
import dev.skep.artifact.inspect.ObjectInspector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Entries in ConfigMaps are those of the specification")
class EntrySourcesTest {
  private static final BpfProgramSpec SPEC =
      Specs.of(
          "{'maps': [{'name': 'blocked', 'entries': [{'key': '10.0.0.0/8', 'value': 1}],"
              + " 'entriesFrom': [{'configMap': {'name': 'lists', 'key': 'bad'}}]}]}");

  private static BpfProgramSpec resolve(String text) {
    return EntrySources.resolve(
        SPEC, name -> Optional.of(Map.of("bad", text)).filter(data -> name.equals("lists")));
  }

  private static Failure refused(String text) {
    return catchThrowableOfType(Refusal.class, () -> resolve(text)).failure();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("a list of entries and an object of keys say the same")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          - {key: 172.16.0.0/12, value: 7}
          172.16.0.0/12: 7
          {"172.16.0.0/12": 7}
          [{"key": "172.16.0.0/12", "value": 7}]
          """)
  void forms(String text) {
    BpfProgramSpec spec = resolve(text);

    assertThat(spec.maps().getFirst().entries())
        .extracting(MapEntry::key)
        .extracting(JsonNode::textValue)
        .containsExactly("10.0.0.0/8", "172.16.0.0/12");
    assertThat(spec.maps().getFirst().entries().getLast().value().intValue()).isEqualTo(7);
    assertThat(spec.maps().getFirst().entriesFrom().getFirst().count()).isEqualTo(1);
    assertThat(check(spec)).isEmpty();
  }

  private static List<Failure> check(BpfProgramSpec spec) {
    return Admission.check(spec, ObjectInspector.inspect(Objects.read("entries")));
  }

  @Test
  @DisplayName("an empty key has no entries")
  void empty() {
    assertThat(resolve("").maps().getFirst().entries()).hasSize(1);
    assertThat(resolve("[]").maps().getFirst().entries()).hasSize(1);
  }

  @Test
  @DisplayName("what does not fit is named by ConfigMap, key and entry")
  void places() {
    assertThat(check(resolve("192.168.0.0/16: 1\n10.0.0.300/8: 1\n10.0.0.0/8: 5")))
        .extracting(Failure::message)
        .containsExactly(
            "maps[0], ConfigMap lists, key bad, entry [1].key: \"10.0.0.300/8\" is not an IPv4"
                + " network, e.g. 10.0.0.0/8",
            "maps[0], ConfigMap lists, key bad, entry [2].key: is the key of maps[0].entries[0]"
                + " too");
  }

  @Test
  @DisplayName("a ConfigMap or key that is not there is said, and may come")
  void missing() {
    Failure none =
        catchThrowableOfType(
                Refusal.class, () -> EntrySources.resolve(SPEC, name -> Optional.empty()))
            .failure();
    assertThat(none.reason()).isEqualTo(Reason.ConfigMapNotFound);
    assertThat(none.message())
        .isEqualTo(
            "maps[0].entriesFrom[0].configMap: there is no ConfigMap lists in the program's"
                + " namespace yet");
    assertThat(
            catchThrowableOfType(
                    Refusal.class,
                    () -> EntrySources.resolve(SPEC, name -> Optional.of(Map.of("bda", "[]"))))
                .failure()
                .message())
        .contains("ConfigMap lists has no key bad in its data; did you mean bda?");
  }

  @Test
  @DisplayName("no ConfigMap is read any more once what was read does not fit, and each key once")
  void readsNoMore() {
    String text = "- {key: 10.0.0.0/8, value: 1}\n".repeat(20_000);
    List<String> asked = new ArrayList<>();
    List<EntriesSource> sources =
        Stream.of("a", "b", "c", "d")
            .map(name -> new EntriesSource(new ConfigMapKey(name, "bad"), null))
            .toList();
    BpfProgramSpec spec =
        SPEC.withMaps(List.of(new MapOverride("blocked", null, List.of(), sources, null)));

    assertThat(catchThrowableOfType(Refusal.class, () -> resolve(spec, asked, text)).getMessage())
        .startsWith("maps: all entries together are more than the 1024 KiB of JSON that fit");
    assertThat(asked).containsExactly("a", "b");

    asked.clear();
    MapOverride twice =
        new MapOverride(
            "blocked", null, List.of(), List.of(sources.getFirst(), sources.getFirst()), null);
    BpfProgramSpec resolved = resolve(SPEC.withMaps(List.of(twice)), asked, "10.0.0.0/8: 1");
    assertThat(resolved.maps().getFirst().entries()).hasSize(2);
    assertThat(asked).containsExactly("a");
  }

  private static BpfProgramSpec resolve(BpfProgramSpec spec, List<String> asked, String text) {
    return EntrySources.resolve(
        spec,
        name -> {
          asked.add(name);
          return Optional.of(Map.of("bad", text));
        });
  }

  @Test
  @DisplayName("a few words for each of many large values are refused before any is made")
  void largeValues() {
    assertThat(checkLarge(large("large_values", 64)))
        .extracting(Failure::message)
        .containsExactly(
            "maps[0].entries: with the 64 entries of map large_values the keys and values of all"
                + " maps are more than 64 MiB");
  }

  @Test
  @DisplayName("of several maps the one is named whose entries are too many")
  void largeMaps() {
    assertThat(checkLarge(large("large_values", 63))).isEmpty();
    assertThat(checkLarge(large("large_values", 63), large("all_sums", 30_000)))
        .extracting(Failure::message)
        .containsExactly(
            "maps[1].entries: with the 30000 entries of map all_sums the keys and values of all"
                + " maps are more than 64 MiB");
  }

  private static MapOverride large(String map, int count) {
    List<MapEntry> entries =
        IntStream.range(0, count)
            .mapToObj(
                i -> new MapEntry(IntNode.valueOf(i), JsonNodeFactory.instance.arrayNode().add(1)))
            .toList();
    return new MapOverride(map, count, entries, List.of(), null);
  }

  private static List<Failure> checkLarge(MapOverride... maps) {
    return Admission.check(
        SPEC.withMaps(List.of(maps)), ObjectInspector.inspect(Objects.read("values")));
  }

  @Test
  @DisplayName("text that holds no entries, and more than fit, are refused")
  void refusals() {
    assertThat(refused("5").message()).endsWith("an object of keys with their values");
    assertThat(refused("- {key: 1}").message()).endsWith("entry 0: write {key, value}");
    assertThat(refused("10.0.0.0/9: 1\n10.0.0.0/9: 2").message())
        .startsWith(
            "maps[0].entriesFrom[0].configMap: key bad of lists is no YAML: Duplicate field");
    assertThat(refused("{").reason()).isEqualTo(Reason.InvalidEntry);
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 40_000; i++) {
      many.append("10.%d.%d.0/24: 1\n".formatted(i / 256, i % 256));
    }
    assertThat(refused(many.toString()).reason()).isEqualTo(Reason.TooLarge);
  }
}
