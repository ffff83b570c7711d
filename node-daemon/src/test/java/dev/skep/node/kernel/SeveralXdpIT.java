package dev.skep.node.kernel;

import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.link;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.api.v1alpha1.hook.XdpAction;
import dev.skep.api.v1alpha1.hook.XdpMode;
import dev.skep.node.dispatch.XdpInterfaces;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.Libc;
import dev.skep.node.target.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Several XDP programs on one interface: who runs, in which order, and what becomes of them. */
@Tag("hook")
class SeveralXdpIT {
  /** Of a test that needs no freplace. */
  private static final String ALONE = "alone";

  private static final int DROP = 1;
  private static final int PASS = 2;

  static final Optional<String> LACKING = lacking();

  private final TestKernel test = new TestKernel();
  private TestVeth veth;

  private static Optional<String> lacking() {
    try (XdpInterfaces none =
        new XdpInterfaces(
            Path.of("/sys/fs/bpf"),
            Libbpf.get(),
            Libc.get(),
            dev.skep.node.libbpf.Xdp.get(),
            new Extensions(null))) {
      return none.lacking();
    }
  }

  @BeforeEach
  void needsFreplace(TestInfo info) {
    if (!info.getTags().contains(ALONE)) {
      assumeTrue(LACKING.isEmpty(), () -> LACKING.orElseThrow());
    }
    veth = new TestVeth();
  }

  @AfterEach
  void cleanUp() {
    test.close();
    if (veth != null) {
      veth.close();
    }
  }

  @Test
  @Tag(ALONE)
  @DisplayName("xdp, one function of an object after the other, in place")
  void oneAfterTheOther() {
    LoadKey key = key("both", "aaaa");
    test.kernel().load(request("xdp_two", key));
    ObservedLink first = test.kernel().attach(key, wanted("first", 50));
    veth.ping();
    long firsts = test.count(key, "firsts");
    assertThat(firsts).isPositive();
    ObservedLink second = test.kernel().replace(first, key, wanted("second", 50));
    assertThat(second.linkIds()).isEqualTo(first.linkIds());
    veth.ping();
    assertThat(test.count(key, "seconds")).isPositive();
    assertThat(test.kernel().observe(key).orElseThrow().links()).containsExactly(second);
  }

  private WantedLink wanted(String function, int priority, XdpAction... proceedOn) {
    return link(
        function,
        new Xdp(
            List.of(veth.name), null, null, null, null, priority, Stream.of(proceedOn).toList()));
  }

  private WantedLink counter(int priority) {
    return wanted("count_packets", priority);
  }

  private LoadKey load(String name, int action) {
    LoadKey key = key(name, "aaaa");
    test.kernel().load(request("xdp_count", key, Map.of("action", IntNode.valueOf(action))));
    return key;
  }

  private ObservedLink attach(String name, int priority) {
    return test.kernel().attach(load(name, PASS), counter(priority));
  }

  private ObservedLink seen(LoadKey key) {
    return test.kernel().observe(key).orElseThrow().links().getFirst();
  }

  /** Whether each of the loads sees packets, and sees the same ones. */
  private void allCount(LoadKey... keys) {
    allCount(veth::ping, keys);
  }

  private void allCount(Runnable packet, LoadKey... keys) {
    long[] before = Stream.of(keys).mapToLong(key -> test.count(key, "packets")).toArray();
    packet.run();
    for (int i = 0; i < keys.length; i++) {
      assertThat(test.count(keys[i], "packets")).as(keys[i].program()).isGreaterThan(before[i]);
    }
  }

  @Test
  @DisplayName("xdp, ten programs of one interface")
  void ten() {
    List<LoadKey> keys = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      // Each comes before the others.
      keys.add(attach("p" + i, 100 - i).load());
      allCount(keys.toArray(LoadKey[]::new));
    }
    for (LoadKey key : keys) {
      assertThat(seen(key).alive()).isTrue();
      assertThat(seen(key).target()).isEqualTo("xdp " + veth.name);
    }
    assertThat(keys.stream().flatMap(key -> seen(key).linkIds().stream()).distinct()).hasSize(10);
    Failure eleventh = refusal("one-more", 1);
    assertThat(eleventh.reason()).isEqualTo(Reason.InterfaceBusy);
    assertThat(eleventh.message()).contains("interface " + veth.name + " runs 10 XDP programs");
    for (int i = 0; i < 10; i++) {
      test.kernel().detach(seen(keys.get(i)));
      assertThat(test.kernel().observe(keys.get(i)).orElseThrow().links()).isEmpty();
      allCount(keys.subList(i + 1, 10).toArray(LoadKey[]::new));
    }
    assertThat(test.pins.resolve("_xdp")).doesNotExist();
  }

  private Failure refusal(String name, int priority) {
    LoadKey key = load(name, PASS);
    return catchThrowableOfType(Refusal.class, () -> test.kernel().attach(key, counter(priority)))
        .failure();
  }

  @Test
  @DisplayName("xdp, order by priority and proceedOn")
  void order() {
    LoadKey late = attach("late", 60).load();
    LoadKey dropper = load("dropper", DROP);
    ObservedLink link = test.kernel().attach(dropper, counter(50));
    LoadKey early = attach("early", 40).load();
    veth.loseAPing();
    long dropped = test.count(dropper, "packets");
    assertThat(dropped).isPositive();
    assertThat(test.count(early, "packets")).isGreaterThanOrEqualTo(dropped);
    long before = test.count(late, "packets");
    veth.loseAPing();
    assertThat(test.count(late, "packets")).isEqualTo(before);

    // What it drops is gone on from now: the last one decides, and passes.
    ObservedLink goesOn =
        test.kernel().replace(link, dropper, wanted("count_packets", 50, XdpAction.Drop));
    assertThat(goesOn.alive()).isTrue();
    veth.pingInTheEnd();
    assertThat(test.count(late, "packets")).isGreaterThan(before);

    // And last of all its answer is the packet's fate.
    test.kernel().replace(goesOn, dropper, wanted("count_packets", 70, XdpAction.Drop));
    long passed = test.count(late, "packets");
    veth.loseAPing();
    assertThat(test.count(late, "packets")).isGreaterThan(passed);
  }

  @Test
  @DisplayName("xdp, another load of one of several, in place")
  void update() {
    LoadKey a = attach("a", 1).load();
    ObservedLink old = attach("b", 2);
    LoadKey c = attach("c", 3).load();
    LoadKey next = key("b", "bbbb");
    test.kernel().load(request("xdp_count", next, old.load()));
    ObservedLink moved = test.kernel().replace(seen(old.load()), next, counter(2));
    assertThat(moved.alive()).isTrue();
    assertThat(moved.load()).isEqualTo(next);
    assertThat(test.kernel().observe(old.load()).orElseThrow().links()).isEmpty();
    test.kernel().unload(old.load());
    allCount(a, next, c);
  }

  @Test
  @DisplayName("xdp, two functions of one program on one interface")
  void functions() {
    LoadKey key = key("both", "aaaa");
    test.kernel().load(request("xdp_two", key));
    test.kernel().attach(key, wanted("first", 10));
    test.kernel().attach(key, wanted("second", 20));
    veth.ping();
    assertThat(test.kernel().observe(key).orElseThrow().links())
        .hasSize(2)
        .allMatch(ObservedLink::alive);
    long seconds = test.count(key, "seconds");
    assertThat(seconds).isPositive();
    assertThat(test.count(key, "firsts")).isGreaterThanOrEqualTo(seconds);
  }

  @Test
  @DisplayName("xdp, several are found again by a daemon that starts")
  void adopted() {
    ObservedLink a = attach("a", 1);
    ObservedLink b = attach("b", 2);
    LinuxKernel kernel = test.startAgain();
    assertThat(kernel.observe(b.load()).orElseThrow().links()).containsExactly(b);
    assertThat(seen(a.load()).alive()).isTrue();
    assertThat(test.kernel().attach(a.load(), counter(1)).linkIds())
        .isEqualTo(seen(a.load()).linkIds());
    test.kernel().detach(seen(a.load()));
    allCount(b.load());
    assertThat(seen(b.load()).alive()).isTrue();
  }

  @Test
  @DisplayName("xdp, what a killed daemon left half done of a dispatcher is cleaned up")
  void leftovers() throws IOException {
    LoadKey a = attach("a", 1).load();
    LoadKey b = attach("b", 2).load();
    Path folder;
    try (Stream<Path> folders = Files.list(test.pins.resolve("_xdp"))) {
      folder = folders.findFirst().orElseThrow();
    }
    Path left = folder.resolve("1");
    Files.createDirectory(left);
    Files.createSymbolicLink(left.resolve("member-0"), Path.of("50 0x4 linear it/c/aaaa/f"));
    test.startAgain();
    assertThat(left).doesNotExist();
    allCount(a, b);
    LoadKey c = attach("c", 3).load();
    allCount(a, b, c);
  }

  @Test
  @DisplayName("xdp, a member whose pins were removed by hand leaves when the next one comes")
  void removedByHand() throws IOException {
    LoadKey a = attach("a", 1).load();
    LoadKey b = attach("b", 2).load();
    Path pins = PinNames.folder(test.pins, a);
    for (String kind : List.of("programs", "extensions")) {
      Files.delete(pins.resolve(kind).resolve("count_packets"));
    }
    LoadKey c = attach("c", 3).load();
    allCount(b, c);
    long before = test.count(a, "packets");
    veth.ping();
    assertThat(test.count(a, "packets")).isEqualTo(before);
  }

  @Test
  @DisplayName("xdp, the interface of several is deleted: none is alive, and each can go")
  void deleted() {
    LoadKey a = attach("a", 1).load();
    LoadKey b = attach("b", 2).load();
    veth.delete();
    for (LoadKey key : List.of(a, b)) {
      assertThat(seen(key).alive()).isFalse();
      test.kernel().detach(seen(key));
      assertThat(test.kernel().observe(key).orElseThrow().links()).isEmpty();
    }
    assertThat(test.pins.resolve("_xdp")).doesNotExist();
  }

  @Test
  @Tag(ALONE)
  @DisplayName("xdp, packets of several pieces, SEC(\"xdp.frags\")")
  void frags() {
    veth.setMtu(9000);
    LoadKey a = loadFrags("a");
    assertThat(test.kernel().attach(a, frags(1)).alive()).isTrue();
    allCount(veth::pingInPieces, a);
  }

  private LoadKey loadFrags(String name) {
    LoadKey key = key(name, "aaaa");
    test.kernel().load(request("xdp_frags", key));
    return key;
  }

  private WantedLink frags(int priority) {
    return link(
        "count_pieces",
        new Xdp(List.of(veth.name), null, null, null, XdpMode.Native, priority, null));
  }

  @Test
  @DisplayName("xdp, several for packets of several pieces, and none that cannot take them")
  void severalWithFrags() {
    veth.setMtu(9000);
    LoadKey a = loadFrags("a");
    LoadKey b = loadFrags("b");
    test.kernel().attach(a, frags(1));
    test.kernel().attach(b, frags(2));
    allCount(veth::pingInPieces, a, b);
    Failure failure = refusal("linear", 3);
    assertThat(failure.reason()).isEqualTo(Reason.AttachFailed);
    assertThat(failure.message()).contains("xdp.frags").contains("it/linear");
    assertThat(List.of(seen(a), seen(b))).allMatch(ObservedLink::alive);
    allCount(veth::pingInPieces, a, b);
  }

  @Test
  @DisplayName("xdp, one mode for all programs of an interface")
  void mode() {
    LoadKey a = load("a", PASS);
    test.kernel().attach(a, link("count_packets", new Xdp(List.of(veth.name), XdpMode.Generic)));
    LoadKey b = load("b", PASS);
    WantedLink other = link("count_packets", new Xdp(List.of(veth.name), XdpMode.Native));
    Failure failure =
        catchThrowableOfType(Refusal.class, () -> test.kernel().attach(b, other)).failure();
    assertThat(failure.reason()).isEqualTo(Reason.InterfaceBusy);
    assertThat(failure.message()).contains("generic mode");
    assertThat(test.kernel().attach(b, counter(1)).alive()).isTrue();
    allCount(a, b);
  }

  @Test
  @Tag(ALONE)
  @DisplayName("xdp, the same interface's number in another network namespace is another place")
  void network() {
    int number = Libc.get().interfaceIndex(veth.name).orElseThrow();
    try (TestNetwork network = TestNetwork.now()) {
      network.ip(
          "link", "add", "twin0", "index", "" + number, "type", "veth", "peer", "name", "twin1");
      Network other = Network.named(network.name);
      LoadKey here = attach("here", 1).load();
      LoadKey there = load("there", PASS);
      Xdp hook = new Xdp(List.of("twin0"), XdpMode.Generic);
      WantedLink wanted = link("count_packets", hook);
      ObservedLink link =
          test.kernel()
              .attach(there, new WantedLink("count_packets", hook, wanted.target(), other));
      assertThat(test.pins.resolve("_xdp").toFile().list())
          .containsExactlyInAnyOrder(
              Network.own().number() + "-" + number, other.number() + "-" + number);
      allCount(here);
      assertThat(test.count(there, "packets")).isZero();
      test.kernel().detach(link);
      assertThat(seen(here).alive()).isTrue();
      allCount(here);
    }
  }
}
