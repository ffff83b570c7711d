package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.InterfaceHook;
import dev.skep.api.v1alpha1.hook.PodSide;
import dev.skep.api.v1alpha1.hook.Pods;
import dev.skep.api.v1alpha1.hook.SkLookup;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Uprobe;
import dev.skep.api.v1alpha1.hook.UprobeMulti;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.api.v1alpha1.hook.XdpMode;
import dev.skep.node.target.Capabilities;
import dev.skep.node.target.Capability;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Hooks whose targets are not in the daemon's own network or file system, and what else it needs
 * more of root's powers for: rows of docs/capabilities.md beside those of the hook suite.
 */
@Tag("elsewhere")
class ElsewhereIT {
  private static final LoadKey KEY = TestKernel.key("elsewhere", "1");
  private static final Pods SHOP = TestPods.named("shop");
  private static final String UID = "0b5ff1c1-7d35-4d55-9b53-000000000001";
  private static final String CONTAINER = "1".repeat(64);

  private final TestPods pods = new TestPods();
  private final TestCgroup group = new TestCgroup();
  private final TestKernel test = new TestKernel(pods);
  private final TestNetwork network = TestNetwork.later();
  private TestContainer container;

  @AfterEach
  void cleanUp() {
    test.close();
    network.close();
    if (container != null) {
      container.close();
    }
    group.close();
  }

  @Test
  @DisplayName("xdp on an interface of another network namespace")
  void ofAnotherNamespace() {
    network.create();
    network.pair("skm0", "skm1");
    InterfaceHook hook =
        new Xdp(List.of("skm0"), network.name, null, null, XdpMode.Generic, null, null);
    attached("xdp_count", "count_packets", hook);
  }

  @Test
  @DisplayName("xdp on an interface of a pod")
  void ofAPodsNetwork() {
    startContainer(true);
    container.addPair("skp0", "skp1");
    InterfaceHook hook =
        new Xdp(List.of("skp0"), null, SHOP, PodSide.Pod, XdpMode.Generic, null, null);
    attached("xdp_count", "count_packets", hook);
  }

  @Test
  @DisplayName("sk_lookup in a pod's network namespace")
  void inAPodsNetwork() {
    startContainer(true);
    attached("sk_lookup", "on_lookup", new SkLookup(null, SHOP));
  }

  @Test
  @DisplayName("uprobe in a pod's container")
  void probeInAPod() {
    startContainer(false);
    attached(
        "uprobe",
        "on_entry",
        new Uprobe(TestContainer.PROGRAM, null, TestContainer.entry(), null, SHOP));
  }

  @Test
  @DisplayName("uprobe.multi in a pod's container")
  void probesInAPod() {
    startContainer(false);
    container.copy(EveryHookIT.libc(), "/libc.so.6");
    attached(
        "uprobes",
        "on_entries",
        new UprobeMulti("/libc.so.6", List.of("getppid"), null, null, SHOP));
  }

  @Test
  @DisplayName("how often a program ran, and how long")
  void counted() {
    attached("tp", "on_openat", new Tracepoint("syscalls/sys_enter_openat", null));
    TestKernel.openAFile();
    Map<String, RunStatistics> runs = test.kernel().statistics(KEY);
    // What is not counted is not said to be zero.
    assumeTrue(
        runs.containsKey("on_openat"),
        Capabilities.own().missing(List.of(Capability.SYS_ADMIN)).orElse("not known"));
    assertThat(runs.get("on_openat").runs()).isPositive();
  }

  private void startContainer(boolean ownNetwork) {
    pods.running(UID, "shop", "web-1", "app", CONTAINER);
    container = new TestContainer(group, "kubepods/besteffort/pod" + UID + "/" + CONTAINER, null);
    if (ownNetwork) {
      container.startInOwnNetwork();
    } else {
      container.start();
    }
  }

  private void attached(String object, String function, Hook hook) {
    WantedLink wanted = await(function, hook);
    HookTrial.there(test, wanted);
    HookTrial.possible(
        () -> test.kernel().load(TestKernel.only(TestKernel.request(object, KEY), function)));
    ObservedLink link = HookTrial.possible(() -> test.kernel().attach(KEY, wanted));
    assertThat(link.alive()).isTrue();
  }

  /** A container takes a moment to come into its network and its root. */
  private WantedLink await(String function, Hook hook) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (true) {
      Expansion found = test.kernel().expand("shop", function, Attach.of(hook));
      if (!found.links().isEmpty()) {
        return found.links().getFirst();
      }
      Optional<Failure> incompatible =
          found.without().stream().filter(f -> f.reason() == Reason.Incompatible).findFirst();
      incompatible.ifPresent(failure -> abort(failure.message()));
      assertThat(System.nanoTime()).as("found until, else %s", found.without()).isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
