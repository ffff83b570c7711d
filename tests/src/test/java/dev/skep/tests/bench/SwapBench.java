package dev.skep.tests.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.artifact.process.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames that a member of a dispatcher misses while others come, go, move and are loaded anew: in a
 * guest, since not every machine lets its kernel load freplace programs. What runs there is the
 * test of the same, and this reads the line that it prints.
 */
final class SwapBench implements Measurement {
  private static final String KERNEL = "6.12";
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String LINE = "flooded: ";

  private final Path root;

  SwapBench(Path root) {
    this.root = root;
  }

  @Override
  public String name() {
    return "members of a dispatcher swapped under load, in a guest";
  }

  @Override
  public List<Figure> measure() throws IOException {
    String output =
        Command.of(root.resolve("tests/guest/xdp.sh").toString())
            .and("--classes", ".*FloodedXdpIT", KERNEL)
            .within(LIMIT)
            .endingWithTests()
            .output();
    String line =
        output
            .lines()
            .filter(l -> l.startsWith(LINE))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("the guest did not say: " + output));
    JsonNode said = new ObjectMapper().readTree(line.substring(LINE.length()));
    long sent = said.get("sent").asLong();
    List<Double> missed = new ArrayList<>();
    said.get("counted").forEach(counted -> missed.add((double) sent - counted.asLong()));
    Samples changes = samples(said.get("milliseconds"));
    return List.of(
        Figure.of(
                "frames missed over %d changes of a dispatcher".formatted(changes.n()),
                "frames",
                Samples.of(missed),
                Goal.max(0))
            .note(
                "In a guest of Linux %s, emulated without KVM: of each of the two members that stay; %,d sent, %,d more that the veth had no place for."
                    .formatted(KERNEL, sent, said.get("refused").asLong())),
        Figure.of("  offered while changing, of 300 wanted", "kpps", samples(said.get("kpps"))),
        Figure.of("  one change, in the guest", "ms", changes));
  }

  private static Samples samples(JsonNode values) {
    List<Double> all = new ArrayList<>();
    values.forEach(value -> all.add(value.asDouble()));
    return Samples.of(all);
  }
}
