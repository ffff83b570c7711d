package dev.skep.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.node.kernel.RunStatistics;
import dev.skep.node.metrics.RunCounters.Count;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLedgerTest {
  private static final Path OLDER = Path.of("src/test/resources/state/older/runs.json");

  @Test
  @DisplayName("counters go on from what an older version counted")
  void older() {
    countsOn(OLDER);
  }

  @Test
  @DisplayName("counters go on from what a newer version counted, whatever else it wrote")
  void newer(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("runs.json");
    Files.writeString(
        file,
        Files.readString(OLDER)
            .replace("\"runs\":", "\"stalls\":1,\"runs\":")
            .replace("\"before\":", "\"since\":\"2026\",\"before\":"));
    countsOn(file);
  }

  @Test
  @DisplayName("counters begin from zero after a boot, and go on from before within one")
  void boot(@TempDir Path folder) {
    Path file = folder.resolve("runs.json");
    Map<String, Map<String, Count>> counts = new RunLedger(OLDER).read();
    new RunLedger(file, "one").write(counts);

    assertThat(new RunLedger(file, "one").read()).isEqualTo(counts);
    assertThat(new RunLedger(file, "another").read()).isEmpty();
  }

  @Test
  @DisplayName("a file that a power cut left empty or cut off begins counters anew")
  void notWhole(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("runs.json");
    for (String content : List.of("", "{\"boot\":\"one\",\"counts\":{\"a/b\"", "[]")) {
      Files.writeString(file, content);
      assertThat(new RunLedger(file, "one").read()).as(content).isEmpty();
    }
  }

  private static void countsOn(Path file) {
    assertThat(new RunLedger(file).read())
        .hasSize(6)
        .extractingByKey("up/opens")
        .extracting(functions -> functions.get("on_openat"))
        .isEqualTo(
            new Count(
                "75b851b845",
                new RunStatistics(23893, 3021753, 0),
                new RunStatistics(8908, 623962, 0)));
  }
}
