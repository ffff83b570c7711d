package dev.skep.node.kernel;

import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.link;
import static dev.skep.node.kernel.TestKernel.only;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.api.v1alpha1.hook.XdpAction;
import dev.skep.api.v1alpha1.hook.XdpMode;
import dev.skep.artifact.process.Command;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Who shares an interface changes while frames come in as fast as they can be made: of those that
 * the interface took, every member that stays sees every one. Needs tests/baseline/flooder.c, which
 * tests/guest/xdp.sh brings along.
 */
@Tag("xdp")
class FloodedXdpIT {
  private static final String FLOODER = System.getProperty("skep.flooder");
  private static final int RATE = 300_000;
  private static final int SECONDS = 5;

  private final TestKernel test = new TestKernel();
  private final TestVeth veth = new TestVeth();
  private int edition;

  /** A program of several editions of itself; all of them count into the same map. */
  private record Stays(String name, LoadKey key, int priority) {}

  @BeforeEach
  void needsSeveral() {
    assumeTrue(SeveralXdpIT.LACKING.isEmpty(), () -> SeveralXdpIT.LACKING.orElseThrow());
    assumeTrue(FLOODER != null, "no flooder: run by tests/guest/xdp.sh");
  }

  @AfterEach
  void cleanUp() {
    test.close();
    veth.close();
  }

  /** Every member goes on after what it answers; the count is the frame's only fate. */
  private WantedLink wanted(int priority) {
    return link(
        "count_frames",
        new Xdp(
            List.of(veth.name),
            null,
            null,
            null,
            XdpMode.Native,
            priority,
            List.of(XdpAction.Drop, XdpAction.Pass)));
  }

  private Stays attach(String name, int priority) {
    LoadKey key = key(name, "e0");
    test.kernel().load(request("flood_count", key));
    test.kernel().attach(key, wanted(priority));
    return new Stays(name, key, priority);
  }

  private ObservedLink linkOf(Stays member) {
    return test.kernel().observe(member.key()).orElseThrow().links().getFirst();
  }

  private long counted(Stays member) {
    return test.sum(member.key(), "frames");
  }

  @Test
  @DisplayName("No frame is missed while members come, go, change their order and are loaded anew")
  void misses() throws Exception {
    List<Stays> stay = new ArrayList<>(List.of(attach("first", 10), attach("second", 500)));
    // The bench reads this line too.
    missesNone("flooded", stay);
  }

  @Test
  @DisplayName("No frame is missed by any of ten, while they come, go, change and are loaded anew")
  void missesAmongTen() throws Exception {
    List<Stays> stay = new ArrayList<>();
    // The tenth comes and goes.
    for (int i = 1; i < 10; i++) {
      stay.add(attach("member-" + i, 100 * i));
    }
    missesNone("flooded ten", stay);
  }

  private void missesNone(String what, List<Stays> stay) throws Exception {
    List<Double> changes = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    long sent = 0;
    long refused = 0;
    Random random = new Random(4);
    for (int flood = 0; flood < 4; flood++) {
      Command.Running flooder = flood();
      long end = System.nanoTime() + (SECONDS * 1000L - 700) * 1_000_000;
      Thread.sleep(100);
      while (System.nanoTime() < end) {
        long start = System.nanoTime();
        change(changes.size() % 5, stay, random);
        changes.add((System.nanoTime() - start) / 1e6);
      }
      JsonNode said = said(flooder);
      sent += said.get("sent").asLong();
      refused += said.get("refused").asLong();
      rates.add(said.get("sent").asDouble() / said.get("seconds").asDouble() / 1000);
    }
    Thread.sleep(300);
    System.out.println(
        what
            + ": "
            + new ObjectMapper()
                .writeValueAsString(
                    Map.of(
                        "sent", sent,
                        "refused", refused,
                        "counted", stay.stream().map(this::counted).toList(),
                        "kpps", rates,
                        "milliseconds", changes)));
    assertThat(changes).as("each kind of change").hasSizeGreaterThanOrEqualTo(5);
    assertThat(sent).isGreaterThan(10_000);
    for (Stays member : stay) {
      assertThat(counted(member)).as(member.name()).isEqualTo(sent);
    }
  }

  /**
   * In turn: one is loaded anew, one changes its place, one comes and goes, the last one is alone.
   */
  private void change(int kind, List<Stays> stay, Random random) {
    switch (kind) {
      case 0, 1 -> stay.set(kind, anew(stay.get(kind)));
      case 2 -> {
        Stays second = stay.get(1);
        Stays moved = new Stays(second.name(), second.key(), 1 + random.nextInt(1000));
        test.kernel().replace(linkOf(second), second.key(), wanted(moved.priority()));
        stay.set(1, moved);
      }
      case 3 -> attach("guest", random.nextInt(1000));
      default -> {
        LoadKey guest = key("guest", "e0");
        test.kernel().detach(test.kernel().observe(guest).orElseThrow().links().getFirst());
        test.kernel().unload(guest);
      }
    }
  }

  private Stays anew(Stays member) {
    LoadKey next = key(member.name(), "e" + ++edition);
    test.kernel()
        .load(
            only(
                request(
                    "flood_count", next, Map.of("edition", IntNode.valueOf(edition)), member.key()),
                "count_frames"));
    test.kernel().replace(linkOf(member), next, wanted(member.priority()));
    test.kernel().unload(member.key());
    return new Stays(member.name(), next, member.priority());
  }

  @Test
  @DisplayName("No frame is missed from one program to two and back")
  void aloneAndBack() throws Exception {
    Stays only = attach("only", 10);
    Command.Running flooder = flood();
    long end = System.nanoTime() + (SECONDS * 1000L - 900) * 1_000_000;
    Thread.sleep(100);
    int times = 0;
    List<Stays> stay = new ArrayList<>(List.of(only));
    while (System.nanoTime() < end) {
      change(3, stay, new Random(times));
      change(4, stay, null);
      times++;
    }
    long sent = said(flooder).get("sent").asLong();
    Thread.sleep(300);
    System.out.printf(
        "alone, two, alone %d times: %,d frames sent, %,d counted%n", times, sent, counted(only));
    assertThat(times).isPositive();
    assertThat(counted(only)).isEqualTo(sent).isPositive();
  }

  /** Frames that are XDP's from the beginning: a guest makes ten times as many. */
  private Command.Running flood() {
    return veth.atPeer(FLOODER, "-x", "eth0", Integer.toString(SECONDS), Integer.toString(RATE))
        .start();
  }

  private static JsonNode said(Command.Running flooder) throws IOException {
    return new ObjectMapper().readTree(flooder.end().mustSucceed());
  }
}
