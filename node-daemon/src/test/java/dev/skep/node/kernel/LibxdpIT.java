package dev.skep.node.kernel;

import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.link;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.artifact.process.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ours and those of the real libxdp on one interface, by the real xdp-loader: of the release whose
 * dispatchers are of version 2, and of one whose are of version 3. tests/guest/xdp.sh brings both.
 */
@Tag("xdp")
class LibxdpIT {
  private static final String FOLDER = System.getProperty("skep.libxdp");

  private final TestKernel test = new TestKernel();
  private final TestVeth veth = new TestVeth();
  private String loader;

  @BeforeEach
  void needsLibxdp() {
    assumeTrue(SeveralXdpIT.LACKING.isEmpty(), () -> SeveralXdpIT.LACKING.orElseThrow());
    assumeTrue(FOLDER != null, "no xdp-loader: run by tests/guest/xdp.sh");
  }

  @AfterEach
  void cleanUp() {
    test.close();
    veth.close();
  }

  private String xdpLoader(String... arguments) {
    return Command.of(loader).and(arguments).output();
  }

  /** The programs of the interface's dispatcher in their order, as xdp-loader shows them. */
  private List<String> shown() {
    return xdpLoader("status", veth.name)
        .lines()
        .filter(line -> line.contains("=>"))
        .map(line -> line.replaceAll("^\\s*=>\\s*(\\d+)\\s+(\\S+).*", "$1 $2"))
        .toList();
  }

  private void loadTheirs() {
    xdpLoader("load", veth.name, System.getProperty("skep.bpf") + "/xdp_pass.bpf.o");
  }

  private ObservedLink join(String name, int priority) {
    LoadKey key = key(name, "aaaa");
    test.kernel().load(request("xdp_count", key));
    return test.kernel().attach(key, wanted(priority));
  }

  private WantedLink wanted(int priority) {
    return link(
        "count_packets", new Xdp(List.of(veth.name), null, null, null, null, priority, null));
  }

  private ObservedLink seen(LoadKey key) {
    return test.kernel().observe(key).orElseThrow().links().getFirst();
  }

  private void counts(LoadKey key) {
    long before = test.count(key, "packets");
    veth.ping();
    assertThat(test.count(key, "packets")).isGreaterThan(before);
  }

  @ParameterizedTest(name = "version {0}")
  @ValueSource(strings = {"2", "3"})
  @DisplayName("libxdp's dispatcher is joined, changed by both sides, and left")
  void shared(String version) {
    loader = FOLDER + "/" + version + "/run";
    loadTheirs();
    ObservedLink first = join("first", 40);
    assertThat(first.alive()).isTrue();
    ObservedLink last = join("last", 60);
    assertThat(shown()).containsExactly("40 count_packets", "50 pass", "60 count_packets");
    counts(first.load());
    counts(last.load());

    // Theirs: one more comes, into a dispatcher of their making that carries ours along.
    loadTheirs();
    assertThat(shown())
        .containsExactly("40 count_packets", "50 pass", "50 pass", "60 count_packets");
    assertThat(seen(first.load()).alive()).isTrue();
    assertThat(test.startAgain().observe(last.load()).orElseThrow().links().getFirst().alive())
        .isTrue();
    counts(last.load());

    // Ours: one is loaded anew, and moves behind the others.
    LoadKey next = key("first", "bbbb");
    test.kernel().load(request("xdp_count", next, first.load()));
    assertThat(test.kernel().replace(seen(first.load()), next, wanted(70)).alive()).isTrue();
    test.kernel().unload(first.load());
    assertThat(shown())
        .containsExactly("50 pass", "50 pass", "60 count_packets", "70 count_packets");
    counts(next);

    test.kernel().detach(seen(last.load()));
    assertThat(shown()).containsExactly("50 pass", "50 pass", "70 count_packets");

    // They take theirs away, and with the dispatcher ours: it can be attached again.
    xdpLoader("unload", "--all", veth.name);
    assertThat(seen(next).alive()).isFalse();
    test.kernel().detach(seen(next));
    test.kernel().attach(next, wanted(50));
    counts(next);
    assertThat(Path.of("/sys/fs/bpf/xdp").toFile().list()).isEmpty();
  }

  @ParameterizedTest(name = "version {0}")
  @ValueSource(strings = {"2", "3"})
  @DisplayName(
      "What is left of libxdp's dispatcher when only ours are in it goes with the last of them")
  void lastOne(String version) {
    loader = FOLDER + "/" + version + "/run";
    loadTheirs();
    ObservedLink ours = join("ours", 60);
    String id =
        xdpLoader("status", veth.name)
            .lines()
            .filter(line -> line.contains(" pass "))
            .map(line -> line.replaceAll(".* pass\\s+(\\d+).*", "$1"))
            .findFirst()
            .orElseThrow();
    xdpLoader("unload", veth.name, "--id", id);
    assertThat(shown()).containsExactly("60 count_packets");
    counts(ours.load());
    test.kernel().detach(seen(ours.load()));
    assertThat(xdpLoader("status", veth.name)).contains("No XDP program loaded");
    assertThat(Path.of("/sys/fs/bpf/xdp").toFile().list()).isEmpty();
  }

  @ParameterizedTest(name = "version {0}")
  @ValueSource(strings = {"2", "3"})
  @DisplayName("An eleventh is refused, and what stands there goes on")
  void full(String version) {
    loader = FOLDER + "/" + version + "/run";
    loadTheirs();
    for (int i = 0; i < 9; i++) {
      join("p" + i, i);
    }
    Failure failure = catchThrowableOfType(Refusal.class, () -> join("one-more", 1)).failure();
    assertThat(failure.reason()).isEqualTo(Reason.InterfaceBusy);
    assertThat(failure.message()).contains("10 programs already");
    assertThat(shown()).hasSize(10);
    xdpLoader("unload", "--all", veth.name);
  }

  @ParameterizedTest(name = "version {0}")
  @ValueSource(strings = {"2", "3"})
  @DisplayName("Where ours stand by a link, libxdp is refused by the kernel, and ours go on")
  void refused(String version) {
    loader = FOLDER + "/" + version + "/run";
    ObservedLink a = join("a", 1);
    ObservedLink b = join("b", 2);
    assertThat(Files.exists(Path.of(loader))).isTrue();
    assertThat(catchThrowableOfType(IllegalStateException.class, this::loadTheirs)).isNotNull();
    counts(a.load());
    counts(b.load());
  }
}
