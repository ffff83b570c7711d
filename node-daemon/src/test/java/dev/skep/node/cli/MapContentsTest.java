package dev.skep.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.node.cli.MapContents.Entry;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.ObservedLoad.ObservedMap;
import dev.skep.node.kernel.SimulatedKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MapContentsTest {
  @Test
  @DisplayName("Each field of key and value is a column, the greatest value comes first")
  void table() {
    MapContents contents =
        new MapContents(
            List.of(
                new Entry(Map.of("comm", "cat"), Map.of("count", 3L)),
                new Entry(Map.of("comm", "java"), Map.of("count", 12L)),
                new Entry(Map.of("comm", "ls"), Map.of("count", 0L))));
    assertThat(contents.withoutZeros().greatest(10).table().toString())
        .isEqualTo(
            """
            COMM  COUNT
            java  12
            cat   3
            """);
  }

  @Test
  @DisplayName("Values of every CPU, nested structs and control characters stay on one line")
  void oneLine() {
    MapContents contents =
        new MapContents(
            List.of(
                new Entry(7L, List.of(Map.of("a", 1L), Map.of("a", 2L))), new Entry("a\nb", 1L)));
    assertThat(contents.table().toString())
        .isEqualTo(
            """
            KEY  VALUE
            7    [{a: 1}, {a: 2}]
            a·b  1
            """);
  }

  @Test
  @DisplayName("Global variables are shown by their names")
  void globals() throws IOException {
    ObjectReport report =
        ObjectInspector.inspect(
            Files.readAllBytes(Path.of(System.getProperty("skep.bpf"), "entries.bpf.o")));
    LoadKey key = new LoadKey("ns", "entries", "a");
    ObservedMap data = new ObservedMap(".data", 1, "array", 4, 4, 1, 4096);
    try (SimulatedKernel kernel = new SimulatedKernel()) {
      kernel.fill(
          key, ".data", List.of(new SimulatedKernel.Entry(new byte[4], new byte[] {3, 0, 0, 0})));
      assertThat(MapContents.read(kernel, key, data, Optional.of(report), 10).table().toString())
          .isEqualTo(
              """
              KEY        VALUE
              threshold  3
              """);
    }
  }

  @Test
  @DisplayName("Addresses and networks are shown as entries are written")
  void addresses() throws IOException {
    ObjectReport report =
        ObjectInspector.inspect(
            Files.readAllBytes(Path.of(System.getProperty("skep.bpf"), "entries.bpf.o")));
    LoadKey key = new LoadKey("ns", "entries", "a");
    byte[] network = {12, 0, 0, 0, (byte) 172, 16, 0, 0};
    ObservedMap blocked = new ObservedMap("blocked", 1, "lpm_trie", 8, 4, 64, 4096);
    byte[] network6 = Arrays.copyOf(new byte[] {32, 0, 0, 0, 0x20, 0x01, 0x0d, (byte) 0xb8}, 20);
    ObservedMap blocked6 = new ObservedMap("blocked6", 2, "lpm_trie", 20, 4, 64, 4096);
    byte[] peer = Arrays.copyOf(new byte[] {(byte) 192, 0, 2, 7, 1, (byte) 0xbb}, 16);
    ObservedMap peers = new ObservedMap("peers", 3, "hash", 16, 40, 64, 4096);
    try (SimulatedKernel kernel = new SimulatedKernel()) {
      kernel.fill(key, "blocked", List.of(new SimulatedKernel.Entry(network, new byte[4])));
      kernel.fill(key, "blocked6", List.of(new SimulatedKernel.Entry(network6, new byte[4])));
      kernel.fill(key, "peers", List.of(new SimulatedKernel.Entry(peer, new byte[40])));
      assertThat(only(kernel, key, blocked, report)).isEqualTo("172.16.0.0/12");
      assertThat(only(kernel, key, blocked6, report)).isEqualTo("2001:db8::/32");
      assertThat(only(kernel, key, peers, report).toString()).contains("addr=192.0.2.7, port=443");
    }
  }

  private static Object only(
      SimulatedKernel kernel, LoadKey key, ObservedMap map, ObjectReport report) {
    return MapContents.read(kernel, key, map, Optional.of(report), 10).entries().getFirst().key();
  }

  @Test
  @DisplayName("A field that key and value both have is told apart")
  void sameName() {
    MapContents contents = new MapContents(List.of(new Entry(Map.of("id", 1L), Map.of("id", 2L))));
    assertThat(contents.table().toString()).startsWith("ID  VALUE.ID\n1   2\n");
    assertThat(table(new Entry(Map.of("value", 1L), 2L)))
        .isEqualTo("KEY.VALUE  VALUE\n1          2\n");
    assertThat(table(new Entry(Map.of("value", 1L), Map.of("value", 2L))))
        .isEqualTo("KEY.VALUE  VALUE\n1          2\n");
    assertThat(table(new Entry(1L, Map.of("key", 2L)))).isEqualTo("KEY  VALUE.KEY\n1    2\n");
  }

  private static String table(Entry entry) {
    return new MapContents(List.of(entry)).table().toString();
  }
}
