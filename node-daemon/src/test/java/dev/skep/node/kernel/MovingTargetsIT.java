package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Direction;
import dev.skep.api.v1alpha1.hook.InterfaceHook;
import dev.skep.api.v1alpha1.hook.SkLookup;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.api.v1alpha1.hook.XdpMode;
import dev.skep.artifact.process.Command;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Interfaces and network namespaces that come, go, move and change their names. */
class MovingTargetsIT {
  private static final Duration SOON = Duration.ofMillis(900);

  /** The kernel takes namespaces apart one after the other, those of other tests too. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final LoadKey XDP = TestKernel.key("moving", "xdp");
  private static final LoadKey TC = TestKernel.key("moving", "tc");

  private final TestKernel test = new TestKernel();
  private final TestNetwork network = TestNetwork.later();
  private final Semaphore told = new Semaphore(0);

  @BeforeEach
  void listen() {
    test.kernel().onTargetsChanged(told::release);
  }

  @AfterEach
  void cleanUp() {
    test.close();
    network.close();
  }

  @Test
  @DisplayName("an interface that comes is told of, found by its pattern, and again when it went")
  void comesAndGoes() throws InterruptedException {
    network.create();
    InterfaceHook hook = xdp("skm*");
    assertThat(expand(hook).without()).extracting(Failure::reason).containsExactly(Reason.NoTarget);

    told.drainPermits();
    network.ip("link", "add", "skm0", "type", "veth", "peer", "name", "other");
    assertThat(told.tryAcquire(SOON.toMillis(), TimeUnit.MILLISECONDS)).as("told soon").isTrue();
    await(() -> targets(hook).equals(List.of(words("xdp skm0"))));

    network.ip("link", "del", "skm0");
    await(() -> expand(hook).links().isEmpty());
  }

  @Test
  @DisplayName("in another namespace: attached, fires, adopted after a restart, detached")
  void inAnotherNamespace() {
    network.create();
    network.pair("skm0", "skm1");
    network.ip("addr", "add", "10.231.79.1/30", "dev", "skm0");
    test.kernel().load(TestKernel.request("xdp_count", XDP));
    test.kernel().load(TestKernel.request("tc_count", TC));

    test.kernel().attach(XDP, only(expand("count_packets", xdp("skm0", XdpMode.Generic))));
    test.kernel().attach(TC, only(expand("on_packet", tc("skm1"))));
    // Nobody answers, but somebody asks who has the address.
    Command.run("bash", "-c", "ip netns exec " + network.name + " ping -c1 -W1 10.231.79.2; true");
    assertThat(test.count(TC, "hits")).isPositive();

    assertThat(link(XDP).alive()).isTrue();
    assertThat(link(XDP).target()).isEqualTo(words("xdp skm0 generic"));
    test.startAgain();
    assertThat(link(XDP).alive()).isTrue();
    assertThat(link(TC).alive()).isTrue();
    test.kernel().detach(link(XDP));
    assertThat(network.ip("-d", "link", "show", "skm0")).doesNotContain("prog/xdp");
  }

  @Test
  @DisplayName("an interface that is deleted, or made anew under its name, leaves a dead link")
  void deleted() {
    network.create();
    network.pair("skm0", "other");
    attachXdp("skm0");

    network.ip("link", "del", "skm0");
    assertThat(link(XDP).alive()).isFalse();
    network.pair("skm0", "other");
    assertThat(link(XDP).alive()).isFalse();

    test.kernel().detach(link(XDP));
    attachMore("skm0");
    assertThat(link(XDP).alive()).isTrue();
  }

  @Test
  @DisplayName("a renamed interface is another target, free for it once the old link is away")
  void renamed() {
    network.create();
    network.pair("skm0", "other");
    attachXdp("skm*");

    network.ip("link", "set", "skm0", "down");
    network.ip("link", "set", "skm0", "name", "skm7");

    await(() -> targets(xdp("skm*")).equals(List.of(words("xdp skm7"))));
    assertThat(link(XDP).alive()).isFalse();
    test.kernel().detach(link(XDP));
    attachMore("skm*");
    assertThat(link(XDP).alive()).isTrue();
  }

  @Test
  @DisplayName("an interface that moves to another namespace is gone from here, and let go there")
  void moved() {
    network.create();
    network.pair("skm0", "other");
    attachXdp("skm*");
    try (TestNetwork elsewhere = TestNetwork.now()) {
      network.ip("link", "set", "skm0", "netns", elsewhere.name);

      await(() -> expand(xdp("skm*")).links().isEmpty());
      assertThat(link(XDP).alive()).isFalse();
      test.kernel().detach(link(XDP));
      assertThat(elsewhere.ip("-d", "link", "show", "skm0")).doesNotContain("prog/xdp");
    }
  }

  @Test
  @DisplayName("a namespace that comes later is told of, and what is in it found")
  void namespaceComes() {
    assertThat(expand(xdp("skm0")).without())
        .extracting(Failure::reason)
        .containsExactly(Reason.NetworkNotFound);

    network.create();
    network.pair("skm0", "other");

    await(() -> targets(xdp("skm0")).equals(List.of(words("xdp skm0"))));
  }

  @Test
  @DisplayName("a namespace that is deleted goes at once, though it was listened to, and its links")
  void namespaceGoes() {
    network.create();
    String outside = network.name;
    Command.run(
        "ip",
        "link",
        "add",
        outside,
        "type",
        "veth",
        "peer",
        "name",
        "skm0",
        "netns",
        network.name);
    attachXdp("skm0");

    network.delete();

    await(() -> expand(xdp("skm0")).links().isEmpty());
    assertThat(link(XDP).alive()).isFalse();
    // The other end of the pair ends with the namespace, unless somebody keeps that.
    await(() -> expand(ofHost(outside)).links().isEmpty());
    test.kernel().detach(link(XDP));
    assertThat(test.kernel().observe(XDP).orElseThrow().links()).isEmpty();
  }

  @Test
  @DisplayName("a namespace made anew under its name is another one")
  void namespaceMadeAnew() {
    network.create();
    network.pair("skm0", "other");
    attachXdp("skm0");
    WantedLink before = only(expand(xdp("skm0")));

    network.delete();
    network.create();
    network.pair("skm0", "other");

    await(() -> !expand(xdp("skm0")).links().isEmpty());
    await(() -> !only(expand(xdp("skm0"))).network().equals(before.network()));
    assertThat(link(XDP).alive()).isFalse();
  }

  @Test
  @DisplayName("primary follows the default route, and there is none without one")
  void primary() {
    network.create();
    network.pair("skm0", "skm1");
    network.ip("addr", "add", "10.231.79.1/30", "dev", "skm0");
    network.ip("addr", "add", "10.231.80.1/30", "dev", "skm1");
    InterfaceHook hook = xdp("primary");
    assertThat(expand(hook).without()).extracting(Failure::reason).containsExactly(Reason.NoTarget);

    network.ip("route", "add", "default", "via", "10.231.79.2");
    await(() -> targets(hook).equals(List.of(words("xdp skm0"))));
    network.ip("route", "replace", "default", "via", "10.231.80.2");
    await(() -> targets(hook).equals(List.of(words("xdp skm1"))));
    // The kernel takes the route along with the address, and does not tell.
    network.ip("addr", "del", "10.231.80.1/30", "dev", "skm1");
    await(() -> expand(hook).links().isEmpty());
    network.ip("-6", "route", "add", "default", "dev", "skm0");
    await(() -> targets(hook).equals(List.of(words("xdp skm0"))));
  }

  @Test
  @DisplayName("three hundred pairs made at once are all found")
  void manyAtOnce() {
    network.create();
    network.pair("skm0", "other");
    expand(xdp("*"));
    StringBuilder batch = new StringBuilder();
    for (int i = 1; i <= 300; i++) {
      batch.append("link add skm%d type veth peer name sko%d\n".formatted(i, i));
    }
    Command.run("bash", "-c", "ip -n " + network.name + " -batch - <<'E'\n" + batch + "E");

    await(() -> expand(xdp("skm*")).links().size() == 301);
  }

  @Test
  @DisplayName("a whole network namespace as target, by name")
  void wholeNamespace() {
    network.create();

    assertThat(test.kernel().expand("it", "f", Attach.of(new SkLookup(network.name, null))).links())
        .extracting(WantedLink::target)
        .containsExactly(words("sk_lookup"));
  }

  private InterfaceHook xdp(String pattern) {
    return xdp(pattern, XdpMode.Auto);
  }

  private InterfaceHook xdp(String pattern, XdpMode mode) {
    return new Xdp(List.of(pattern), network.name, null, null, mode, null, null);
  }

  private static InterfaceHook ofHost(String name) {
    return new Xdp(List.of(name), XdpMode.Auto);
  }

  private InterfaceHook tc(String name) {
    return new Tc(List.of(name), network.name, null, null, Direction.Ingress, null);
  }

  private Expansion expand(InterfaceHook hook) {
    return expand("count_packets", hook);
  }

  private Expansion expand(String function, InterfaceHook hook) {
    return test.kernel().expand("it", function, Attach.of(hook));
  }

  private List<String> targets(InterfaceHook hook) {
    return expand(hook).links().stream().map(WantedLink::target).toList();
  }

  private String words(String target) {
    return target + " in network namespace " + network.name;
  }

  private static WantedLink only(Expansion expansion) {
    assertThat(expansion.links()).hasSize(1);
    return expansion.links().getFirst();
  }

  private void attachXdp(String pattern) {
    test.kernel().load(TestKernel.request("xdp_count", XDP));
    attachMore(pattern);
  }

  private void attachMore(String pattern) {
    test.kernel().attach(XDP, only(expand(xdp(pattern))));
  }

  private ObservedLink link(LoadKey key) {
    List<ObservedLink> links = test.kernel().observe(key).orElseThrow().links();
    assertThat(links).hasSize(1);
    return links.getFirst();
  }

  /** Looks only when it was told to, as an agent does. */
  private void await(Supplier<Boolean> condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (!condition.get()) {
        assertThat(told.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS))
            .as("a word of the change")
            .isTrue();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
