package dev.skep.node.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ExplanationTest {
  private static final Path CORPUS =
      Path.of(System.getProperty("skep.root", ".."), "node-daemon/src/test/resources/verifier");

  @Test
  @DisplayName("What is said of thirty mistakes on four kernels is what messages.txt says")
  void everyKnownMistake() throws IOException {
    List<String> said = new ArrayList<>();
    for (Path file : logs()) {
      String mistake = file.getFileName().toString().replace(".log", "");
      kernels(file)
          .forEach(
              (kernel, log) ->
                  said.add(mistake + " " + kernel + " " + Explanation.explain("f", log).line()));
    }
    Path expected = CORPUS.resolve("messages.txt");
    if ("write".equals(System.getenv("SKEP_GOLDEN"))) {
      Files.write(expected, said);
    }
    assertThat(said).hasSizeGreaterThan(100).isEqualTo(Files.readAllLines(expected));
  }

  @Test
  @DisplayName("Every message names a cause and what to do, on every kernel")
  void alwaysAdvice() throws IOException {
    for (Path file : logs()) {
      kernels(file)
          .forEach(
              (kernel, log) -> {
                Explanation why = Explanation.explain("f", log);
                assertThat(why.cause()).as(file + " " + kernel).isNotEmpty();
                assertThat(why.advice()).as(file + " " + kernel).isNotEmpty();
                assertThat(why.message()).hasSizeLessThanOrEqualTo(Explanation.MAX_MESSAGE);
              });
    }
  }

  @Test
  @DisplayName("A message is function, cause, place, advice; then the log's last lines")
  void shape() {
    String log =
        """
        0: R1=ctx() R10=fp0
        ; *val += 1; @ a.bpf.c:18
        8: (79) r1 = *(u64 *)(r0 +0)
        R0 invalid mem access 'map_value_or_null'
        processed 8 insns (limit 1000000) max_states_per_insn 0 total_states 1
        """;
    assertThat(Explanation.explain("count", log).message())
        .isEqualTo(
            """
            count: R0 invalid mem access 'map_value_or_null' — a.bpf.c:18: `*val += 1;`: the \
            pointer may be NULL: compare it with NULL before this use
              | 0: R1=ctx() R10=fp0
              | ; *val += 1; @ a.bpf.c:18
              | 8: (79) r1 = *(u64 *)(r0 +0)
              | R0 invalid mem access 'map_value_or_null'""");
  }

  @Test
  @DisplayName("A saying that is not in the table is still the cause, with its source line")
  void unknownSaying() {
    Explanation why =
        Explanation.explain("f", "; int x; @ a.c:3\n1: (95) exit\nthe moon is not full\n");
    assertThat(why.line()).isEqualTo("f: the moon is not full — a.c:3: `int x;`");
  }

  @Test
  @DisplayName("No log at all is said")
  void noLog() {
    assertThat(Explanation.explain("f", "").message())
        .isEqualTo("f: the kernel refused the program and gave no log");
  }

  @Test
  @DisplayName("A log of garbage neither fails nor makes a long message")
  void garbage() {
    String log = "(x) $1 \\ ${y} : 9999999999: (".repeat(1000) + "\n12345678901: (\n: (\n; \n;";
    assertThat(Explanation.explain("f", log).message())
        .hasSizeLessThanOrEqualTo(Explanation.MAX_MESSAGE);
  }

  private static List<Path> logs() throws IOException {
    try (Stream<Path> files = Files.list(CORPUS)) {
      return files.filter(f -> f.toString().endsWith(".log")).sorted().toList();
    }
  }

  private static Map<String, String> kernels(Path file) {
    Map<String, String> logs = new LinkedHashMap<>();
    try {
      for (String part : Files.readString(file, StandardCharsets.UTF_8).split("(?m)^=== ")) {
        if (!part.isBlank()) {
          int end = part.indexOf('\n');
          logs.put(part.substring(0, end), part.substring(end + 1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return logs;
  }
}
