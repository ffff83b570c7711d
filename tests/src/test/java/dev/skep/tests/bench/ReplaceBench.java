package dev.skep.tests.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.artifact.process.Command;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import dev.skep.tests.stack.Veth;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Frames that go uncounted while an XDP program is replaced under load, by editing a global through
 * the API. What the interface took is compared to what the program counted, to the frame.
 */
final class ReplaceBench implements Measurement {
  private static final String NAME = "flooded";
  private static final int REPLACEMENTS = 25;
  private static final int FLOOD_SECONDS = 5;
  private static final int RATE = 300_000;
  private static final int FLOODS = 10;

  private final Stack stack;
  private final Path flooder;
  private final ObjectMapper json = new ObjectMapper();
  private int edition;

  ReplaceBench(Stack stack, Path flooder) {
    this.stack = stack;
    this.flooder = flooder;
  }

  @Override
  public String name() {
    return "replacement of an XDP program under load";
  }

  @Override
  public List<Figure> measure() throws IOException {
    String reference = stack.registry().address() + "/bench/flood:v1";
    TestImages.push(reference, Map.of("flood.bpf.o", TestImages.object("flood_count")));
    try (Veth veth = Veth.create("skepbench1")) {
      stack.apply(
          NAME,
          """
          image: {reference: "%s"}
          programs:
          - function: count_frames
            attach: {xdp: {interfaces: [%s], mode: Native}}
          globals: {edition: 0}
          """
              .formatted(reference, veth.name()));
      stack.awaitReady(NAME);
      return flood(veth);
    } finally {
      stack.deletePrograms();
    }
  }

  private List<Figure> flood(Veth veth) throws IOException {
    List<Double> replacements = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    long sent = 0;
    long refused = 0;
    for (int i = 0; i < FLOODS && replacements.size() < REPLACEMENTS; i++) {
      Command.Running flood =
          Command.of("ip", "netns", "exec", veth.name() + "-peer", flooder.toString(), "-x", "eth0")
              .and(Integer.toString(FLOOD_SECONDS), Integer.toString(RATE))
              .start();
      long end = System.nanoTime() + (FLOOD_SECONDS * 1000L - 600) * 1_000_000;
      try {
        Stack.pause(100);
        while (System.nanoTime() < end && replacements.size() < REPLACEMENTS) {
          replacements.add(replace());
        }
      } finally {
        flood.terminate();
      }
      JsonNode said = json.readTree(flood.end().mustSucceed());
      sent += said.get("sent").asLong();
      refused += said.get("refused").asLong();
      rates.add(said.get("sent").asDouble() / said.get("seconds").asDouble() / 1000);
    }
    Stack.pause(300);
    long[] counted = counted();
    if (counted[0] == 0 || counted[1] == 0) {
      throw new IllegalStateException("only one edition counted: nothing was replaced");
    }
    double missed = sent - counted[0] - counted[1];
    return List.of(
        Figure.of(
                "frames missed over %d XDP replacements".formatted(replacements.size()),
                "frames",
                Samples.of(missed),
                Goal.max(0))
            .note(
                "%,d sent, %,d counted; native mode on a veth; nothing subtracted; %,d more that the veth had no place for."
                    .formatted(sent, counted[0] + counted[1], refused)),
        Figure.of("  offered while replacing", "kpps", Samples.of(rates)),
        Figure.of("  edit of a global → new program attached", "ms", Samples.of(replacements)));
  }

  /** Edits the global; returns the milliseconds until the link is pinned under a new load. */
  private double replace() {
    List<String> before = loads();
    edition++;
    long start = System.nanoTime();
    stack
        .client()
        .resource(stack.program(NAME))
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"globals\":{\"edition\":%d}}}".formatted(edition));
    long done =
        Watcher.await(
            NAME + ": edition " + edition,
            () -> {
              List<String> now = loads();
              return now.size() == 1 && !now.equals(before) ? System.nanoTime() : null;
            });
    return (done - start) / 1e6;
  }

  /** The loads that the interface runs a program of: two while one follows the other. */
  private List<String> loads() {
    return stack.xdpLoads(NAME);
  }

  /** What the even and the odd editions counted, over all CPUs, as bpftool reads it. */
  private long[] counted() throws IOException {
    Path map = stack.pins(NAME).resolve(loads().getFirst()).resolve("maps/frames");
    if (!Files.exists(map)) {
      throw new IllegalStateException(map + " is not there");
    }
    JsonNode entries =
        json.readTree(Command.run("bpftool", "-j", "map", "dump", "pinned", map.toString()));
    long[] counted = new long[2];
    for (JsonNode entry : entries) {
      for (JsonNode cpu : entry.get("formatted").get("values")) {
        counted[entry.get("formatted").get("key").asInt()] += cpu.get("value").asLong();
      }
    }
    return counted;
  }
}
