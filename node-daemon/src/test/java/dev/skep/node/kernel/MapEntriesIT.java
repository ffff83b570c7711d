package dev.skep.node.kernel;

import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.MapEntry;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.inspect.EntryEncoder;
import dev.skep.artifact.inspect.EntryEncoder.Entry;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.inspect.ObjectReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Declared entries, in maps of this machine's kernel. */
class MapEntriesIT {
  private static final LoadKey KEY = key("entries", "aaaa");
  private static final LoadKey NEXT = key("entries", "bbbb");

  private final TestKernel test = new TestKernel();
  private final ObjectReport report = ObjectInspector.inspect(TestKernel.object("entries"));

  @BeforeEach
  void load() {
    test.kernel().load(request("entries", KEY));
  }

  @AfterEach
  void cleanUp() {
    test.close();
  }

  /** Entries as JSON in which ' stands for ": {key: value, …} of one map. */
  private DeclaredMap declared(String map, String... entries) {
    EntryEncoder encoder = new EntryEncoder(report, report.map(map).orElseThrow(), 1 << 20);
    List<Entry> encoded = new ArrayList<>();
    for (String entry : entries) {
      try {
        encoded.add(
            encoder.encode(
                "maps[0]", new ObjectMapper().readValue(entry.replace('\'', '"'), MapEntry.class)));
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException(entry, e);
      }
    }
    return new DeclaredMap("maps[0]", map, encoded);
  }

  private void fill(DeclaredMap... maps) {
    test.kernel().fill(KEY, List.of(maps));
    assertThat(test.kernel().unfilled(KEY, List.of(maps))).isEmpty();
  }

  private Map<String, String> contents(LoadKey load, String map) {
    Map<String, String> found = new TreeMap<>();
    HexFormat hex = HexFormat.of();
    test.kernel()
        .readMap(load, map, 1 << 20, (k, v) -> found.put(hex.formatHex(k), hex.formatHex(v)));
    return found;
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("Each kind of map: entries come, change and go, and are put right")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          blocked  | '10.0.0.0/8'      | '10.1.0.0/16'     | 5             | 7
          blocked6 | '2001:db8::/32'   | '2001:db8:1::/48' | 'ACTION_PASS' | 'ACTION_DROP'
          peers    | {'addr': '10.0.0.1', 'port': 443, 'name': 'a'} | {'addr': '10.0.0.2'} | {'mac': '02:00:00:00:00:01'} | {'limit': {'bytes': 9}}
          allowed  | 1                 | 2                 | 3             | 4
          macs     | '02:00:00:00:00:01' | '02:00:00:00:00:02' | 1         | 2
          each_cpu | 1                 | 2                 | 3             | 4
          raw      | 'hex:00000001'    | 'hex:00000002'    | 'hex:0001'    | 'hex:0002'
          tenants  | 1                 | 2                 | {'map': 'tenant_a'} | {'map': 'tenant_b'}
          """)
  void kinds(String map, String one, String two, String first, String second) {
    String entry = "{'key': %s, 'value': %s}";
    DeclaredMap both = declared(map, entry.formatted(one, first), entry.formatted(two, first));
    assertThat(test.kernel().unfilled(KEY, List.of(both))).containsExactly(map);

    fill(both);
    Map<String, String> before = contents(KEY, map);
    assertThat(before).hasSize(2);
    assertThat(before.values()).doesNotContain("00000000");

    DeclaredMap changed = declared(map, entry.formatted(two, second));
    assertThat(test.kernel().unfilled(KEY, List.of(changed))).containsExactly(map);
    fill(changed);
    Map<String, String> after = contents(KEY, map);
    assertThat(after).hasSize(1);
    assertThat(before).containsKeys(after.keySet().toArray(String[]::new));
    assertThat(before.values()).doesNotContainAnyElementsOf(after.values());

    assertThat(test.kernel().unfilled(KEY, List.of())).containsExactly(map);
    fill();
    assertThat(contents(KEY, map)).isEmpty();
  }

  @Test
  @DisplayName("An array's entries become zero when they are not declared any more")
  void array() {
    fill(declared("slots", "{'key': 1, 'value': 5}", "{'key': 3, 'value': 6}"));
    assertThat(contents(KEY, "slots").values())
        .containsExactly(
            "0000000000000000", "0500000000000000", "0000000000000000", "0600000000000000");
    fill(declared("slots", "{'key': 3, 'value': 6}"));
    assertThat(contents(KEY, "slots")).containsEntry("01000000", "0000000000000000");
  }

  @Test
  @DisplayName("Every CPU has the value")
  void perCpu() {
    fill(declared("each_cpu", "{'key': 1, 'value': 258}"));
    assertThat(contents(KEY, "each_cpu").get("01000000")).matches("(0201000000000000)+");
  }

  @Test
  @DisplayName(
      "What a program put there itself stays; a daemon that starts again knows what is its")
  void leavesOthersAlone() {
    // As a program would: not declared, so not ours.
    fill(declared("allowed", "{'key': 7, 'value': 1}", "{'key': 8, 'value': 1}"));
    forgetRecords();
    fill(declared("allowed", "{'key': 1, 'value': 1}", "{'key': 2, 'value': 1}"));

    test.startAgain();
    fill(declared("allowed", "{'key': 2, 'value': 9}"));

    assertThat(contents(KEY, "allowed")).containsOnlyKeys("02000000", "07000000", "08000000");
  }

  @Test
  @DisplayName("What was recorded of programs that are gone is forgotten at the next start")
  void forgetsTheGone() throws IOException {
    fill(declared("allowed", "{'key': 7, 'value': 1}"));
    Path records = test.journal.resolve("entries");
    Path other = Files.copy(records.resolve("it_entries.json"), records.resolve("it_gone.json"));

    test.startAgain();

    assertThat(other).doesNotExist();
    assertThat(records.resolve("it_entries.json")).exists();
  }

  private void forgetRecords() {
    test.journal.resolve("entries/it_entries.json").toFile().delete();
  }

  @Test
  @DisplayName("Entries go with a map into the next load, and are still ours there")
  void carriedOver() {
    fill(declared("allowed", "{'key': 1, 'value': 1}", "{'key': 2, 'value': 1}"));
    test.kernel().load(request("entries", NEXT, KEY));
    test.kernel().unload(KEY);
    DeclaredMap one = declared("allowed", "{'key': 2, 'value': 1}");
    test.kernel().fill(NEXT, List.of(one));
    assertThat(contents(NEXT, "allowed")).containsOnlyKeys("02000000");
  }

  @Test
  @DisplayName("A map that is full is said with numbers; what fits is in it")
  void full() {
    fill(declared("allowed", numbers(100, 6)));
    forgetRecords();
    DeclaredMap more = declared("allowed", numbers(0, 4));
    assertThat(
            catchThrowableOfType(Refusal.class, () -> test.kernel().fill(KEY, List.of(more)))
                .failure())
        .satisfies(
            failure -> {
              assertThat(failure.reason()).isEqualTo(Reason.MapFull);
              assertThat(failure.message())
                  .isEqualTo(
                      "maps[0]: map allowed holds 8 entries and is full: of 4 declared ones 2 found"
                          + " no room, since 6 are the programs' own; set maxEntries");
            });
    assertThat(contents(KEY, "allowed")).hasSize(8);
  }

  private static String[] numbers(int from, int count) {
    String[] entries = new String[count];
    for (int i = 0; i < count; i++) {
      entries[i] = "{'key': %d, 'value': 1}".formatted(from + i);
    }
    return entries;
  }

  @Test
  @DisplayName("Ten thousand entries are written and compared in batches, quickly")
  void many() {
    String[] entries = new String[10_000];
    for (int i = 0; i < entries.length; i++) {
      entries[i] =
          "{'key': {'addr': '10.0.%d.%d', 'port': 80}, 'value': {'action': 'ACTION_DROP'}}"
              .formatted(i / 256, i % 256);
    }
    DeclaredMap all = declared("peers", entries);
    long start = System.nanoTime();
    test.kernel().fill(KEY, List.of(all));
    long filled = System.nanoTime();
    assertThat(test.kernel().unfilled(KEY, List.of(all))).isEmpty();
    long compared = System.nanoTime();
    assertThat(contents(KEY, "peers")).hasSize(10_000);
    System.out.printf(
        "10,000 entries: filled in %.1f ms, compared in %.1f ms%n",
        (filled - start) / 1e6, (compared - filled) / 1e6);
    // Ten times what it takes on a busy machine.
    assertThat(compared - start).isLessThan(5_000_000_000L);
  }
}
