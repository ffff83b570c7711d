package dev.skep.node.kernel;

import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.only;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.api.v1alpha1.hook.Pods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Control groups that come and go, by path, by pattern and by pod. */
class CgroupTargetsIT {
  private static final LoadKey KEY = key("cgroups", "aaaa");
  private static final String UID = "0b5ff1c1-7d35-4d55-9b53-0d1f5c9a1a11";
  private static final String POD = "kubepods/besteffort/pod" + UID;
  private static final String APP = "a".repeat(64);
  private static final String SANDBOX = "b".repeat(64);

  private final TestPods pods = new TestPods();
  private final TestKernel test = new TestKernel(pods);
  private final TestCgroup group = new TestCgroup();
  private final Semaphore changes = new Semaphore(0);

  CgroupTargetsIT() {
    test.kernel().onTargetsChanged(changes::release);
  }

  @AfterEach
  void cleanUp() {
    test.close();
    group.close();
  }

  @Test
  @DisplayName("a pattern that matches nothing says what there is instead")
  void instead() {
    group.make("web-1");
    assertThat(expand(new Cgroup(group.path + "/db-*/x")).without())
        .singleElement()
        .satisfies(f -> assertThat(f.message()).endsWith("in " + group.path + " there is web-1"));
  }

  @Test
  @DisplayName("a pattern that matches nothing has no target and says so; that is no failed attach")
  void nothing() {
    Expansion expansion = expand(new Cgroup(group.path + "/none-*"));

    assertThat(expansion.links()).isEmpty();
    assertThat(expansion.without())
        .singleElement()
        .satisfies(f -> assertThat(f.reason()).isEqualTo(Reason.NoTarget))
        .satisfies(f -> assertThat(f.message()).contains(group.path + "/none-*"));
  }

  @Test
  @DisplayName("* and ? stay within one name, and match folders only")
  void withinOneName() {
    group.make("web-1/inner");
    group.make("web-22");
    group.make("db");

    assertThat(targets(new Cgroup(group.path + "/web-?")))
        .containsExactly("cgroup " + group.path + "/web-1");
    assertThat(targets(new Cgroup(group.path + "/*")))
        .containsExactly(
            "cgroup " + group.path + "/db",
            "cgroup " + group.path + "/web-1",
            "cgroup " + group.path + "/web-22");
    assertThat(targets(new Cgroup(group.path + "/web-*/*")))
        .containsExactly("cgroup " + group.path + "/web-1/inner");
  }

  @Test
  @DisplayName("one that comes is told at once, also deep below what was not there")
  void comes() throws InterruptedException {
    Cgroup hook = new Cgroup(group.path + "/late/*/pod*");
    assertThat(targets(hook)).isEmpty();

    group.make("late");
    assertThat(changes.tryAcquire(1, TimeUnit.SECONDS)).isTrue();
    assertThat(targets(hook)).isEmpty();
    group.make("late/besteffort");
    assertThat(changes.tryAcquire(1, TimeUnit.SECONDS)).isTrue();
    assertThat(targets(hook)).isEmpty();
    group.make("late/besteffort/pod1");
    assertThat(changes.tryAcquire(1, TimeUnit.SECONDS)).isTrue();
    assertThat(targets(hook)).containsExactly("cgroup " + group.path + "/late/besteffort/pod1");
  }

  @Test
  @DisplayName("one that goes takes its link along, and no more of it is wanted")
  void goes() {
    test.kernel().load(only(request("cgroup_skb", KEY), "on_egress"));
    Cgroup hook = new Cgroup(group.path + "/web-*");
    group.make("web-1");
    WantedLink wanted = expand(hook).links().getFirst();
    ObservedLink link = test.kernel().attach(KEY, wanted);
    assertThat(link.alive()).isTrue();

    group.remove("web-1");

    await().atMost(Duration.ofSeconds(1)).until(() -> targets(hook).isEmpty());
    assertThat(test.kernel().observe(KEY).orElseThrow().links())
        .singleElement()
        .satisfies(l -> assertThat(l.alive()).isFalse());
    assertThat(test.kernel().missing(wanted))
        .get()
        .satisfies(f -> assertThat(f.reason()).isEqualTo(Reason.CgroupNotFound));
    test.kernel().detach(link);
    assertThat(test.kernel().observe(KEY).orElseThrow().links()).isEmpty();
  }

  @Test
  @DisplayName(
      "a link attached anew, since its pin was removed by hand, moves and goes like another")
  void pinRemovedByHand() throws IOException {
    LoadKey next = key("cgroups", "bbbb");
    WantedLink wanted = expand(new Cgroup(group.path)).links().getFirst();
    test.kernel().load(only(request("cgroup_skb", KEY), "on_egress"));
    test.kernel().load(only(request("cgroup_skb", next, KEY), "on_egress"));
    removePin(test.kernel().attach(KEY, wanted));
    ObservedLink again = test.kernel().attach(KEY, wanted);

    ObservedLink moved = test.kernel().replace(again, next, wanted);
    assertThat(moved.alive()).isTrue();
    assertThat(moved.linkIds()).isEqualTo(again.linkIds());
    test.kernel().unload(KEY);

    removePin(moved);
    test.kernel().detach(test.kernel().attach(next, wanted));
    assertThat(test.kernel().observe(next).orElseThrow().links()).isEmpty();
    test.kernel().unload(next);
  }

  private void removePin(ObservedLink link) throws IOException {
    Path pins = PinNames.folder(test.pins, link.load()).resolve(PinNames.LINKS);
    Files.delete(pins.resolve(link.function() + "-" + link.linkIds().getFirst()));
  }

  @Test
  @DisplayName("a plain path is wanted whether it is there or not, and its coming is told")
  void plainPath() throws InterruptedException {
    Cgroup hook = new Cgroup(group.path + "/one");
    WantedLink wanted = expand(hook).links().getFirst();
    assertThat(test.kernel().missing(wanted)).isPresent();

    group.make("one");

    assertThat(changes.tryAcquire(1, TimeUnit.SECONDS)).isTrue();
    assertThat(test.kernel().missing(wanted)).isEmpty();
  }

  @Test
  @DisplayName("a pod's own control group is meant, or with containers theirs, by name")
  void ofPods() {
    pods.running(UID, "shop", "web-7", "app", APP);
    group.make(POD + "/" + APP);
    group.make(POD + "/" + SANDBOX);

    String pod = group.path + "/" + POD;
    assertThat(targets(new Cgroup(null, TestPods.named("shop", "web-*"))))
        .containsExactly("cgroup " + pod + " of pod shop/web-7");
    Pods container = new Pods(List.of("shop"), List.of(), null, List.of("a*"));
    assertThat(targets(new Cgroup(null, container)))
        .containsExactly("cgroup " + pod + "/" + APP + " of container app of pod shop/web-7");
  }

  @Test
  @DisplayName("a pod that starts is told of, and one that ends leaves no link wanted")
  void podsComeAndGo() throws InterruptedException {
    Cgroup hook = new Cgroup(null, TestPods.named("shop", "web-*"));
    pods.running(UID, "shop", "web-7", "app", APP);
    group.make("kubepods/besteffort");
    assertThat(expand(hook).without())
        .singleElement()
        .extracting(Failure::message)
        .asString()
        .contains("shop/web-7");

    long start = System.nanoTime();
    group.make(POD);
    assertThat(changes.tryAcquire(1, TimeUnit.SECONDS)).isTrue();
    assertThat(targets(hook)).hasSize(1);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));

    group.remove(POD);
    await().atMost(Duration.ofSeconds(1)).until(() -> targets(hook).isEmpty());
  }

  @Test
  @DisplayName("a container that is made anew is another target; the old one's is gone")
  void restartedContainer() {
    Pods container = new Pods(List.of("shop"), List.of(), null, List.of("app"));
    Cgroup hook = new Cgroup(null, container);
    String next = "c".repeat(64);
    pods.running(UID, "shop", "web-7", "app", APP);
    group.make(POD + "/" + APP);
    assertThat(targets(hook)).singleElement().asString().contains(APP);

    group.remove(POD + "/" + APP);
    group.make(POD + "/" + next);
    pods.running(UID, "shop", "web-7", "app", next);

    await()
        .atMost(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(targets(hook)).singleElement().asString().contains(next));
  }

  @Test
  @DisplayName("a pod that goes in the middle of attach is a missing target, and then none")
  void goesMeanwhile() {
    Cgroup hook = new Cgroup(null, TestPods.named("shop"));
    pods.running(UID, "shop", "web-7", "app", APP);
    group.make(POD);
    test.kernel().load(only(request("cgroup_skb", KEY), "on_egress"));
    WantedLink wanted = expand(hook).links().getFirst();
    group.remove(POD);

    assertThatThrownBy(() -> test.kernel().attach(KEY, wanted))
        .isInstanceOfSatisfying(
            Refusal.class, r -> assertThat(r.failure().reason()).isEqualTo(Reason.CgroupNotFound));
    assertThat(test.kernel().observe(KEY).orElseThrow().links()).isEmpty();
    await().atMost(Duration.ofSeconds(1)).until(() -> targets(hook).isEmpty());
  }

  @Test
  @DisplayName("pods of other names are named when none is selected, and labels without a server")
  void whyNone() {
    pods.running(UID, "shop", "web-7", "app", APP);
    group.make(POD);

    assertThat(message(TestPods.named("shop", "db-*"))).contains("shop/web-7").contains("db-*");
    assertThat(message(new Pods(List.of("shop"), List.of(), null, List.of("sidecar"))))
        .contains("no container of name sidecar")
        .contains("shop/web-7");
    assertThat(message(TestPods.labelled("shop", "app", "web")))
        .contains("labels")
        .contains("API server");
  }

  private String message(Pods pods) {
    Expansion expansion = expand(new Cgroup(null, pods));
    assertThat(expansion.links()).isEmpty();
    return expansion.without().getFirst().message();
  }

  private List<String> targets(Cgroup hook) {
    return expand(hook).links().stream().map(WantedLink::target).toList();
  }

  private Expansion expand(Cgroup hook) {
    return test.kernel().expand("it", "on_egress", Attach.of(hook));
  }
}
