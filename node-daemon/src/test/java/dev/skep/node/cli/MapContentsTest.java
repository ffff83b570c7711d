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
  @DisplayName("A field that key and value both have is told apart")
  void sameName() {
    MapContents contents = new MapContents(List.of(new Entry(Map.of("id", 1L), Map.of("id", 2L))));
    assertThat(contents.table().toString()).startsWith("ID  VALUE.ID\n1   2\n");
  }
}
