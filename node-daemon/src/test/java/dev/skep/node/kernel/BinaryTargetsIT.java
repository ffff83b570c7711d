package dev.skep.node.kernel;

import static dev.skep.node.kernel.TestContainer.PROGRAM;
import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.only;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Pods;
import dev.skep.api.v1alpha1.hook.SkLookup;
import dev.skep.api.v1alpha1.hook.Uprobe;
import dev.skep.api.v1alpha1.hook.UprobeMulti;
import dev.skep.api.v1alpha1.hook.Usdt;
import dev.skep.artifact.process.Command;
import dev.skep.node.libbpf.Libc;
import dev.skep.node.target.Cgroups;
import dev.skep.node.target.HostRoot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Binaries in the containers of pods: found by the container's root, once for each file. */
class BinaryTargetsIT {
  private static final LoadKey KEY = key("binaries", "aaaa");
  private static final Pods SHOP = TestPods.named("shop");

  @TempDir private Path folder;
  private final TestPods pods = new TestPods();
  private final TestKernel test = new TestKernel(pods);
  private final TestCgroup group = new TestCgroup();
  private final List<TestContainer> containers = new ArrayList<>();

  @AfterEach
  void cleanUp() {
    containers.forEach(TestContainer::close);
    test.close();
    group.close();
  }

  @Test
  @DisplayName("a probe in a pod fires there, and not where the host runs the same path")
  void fires() {
    TestContainer app = container(1, "web-1", null);
    app.start();

    WantedLink wanted = awaitLinks(uprobe(PROGRAM)).getFirst();
    assertThat(wanted.target())
        .startsWith(
            "uprobe " + PROGRAM + "+" + TestContainer.entry() + " in pod shop/web-1, inode");
    assertThat(test.kernel().missing(wanted)).isEmpty();
    test.kernel().load(only(request("uprobe", KEY), "on_entry"));
    ObservedLink link = test.kernel().attach(KEY, wanted);
    assertThat(link.alive()).isTrue();

    Command.run(PROGRAM, "true");
    assertThat(test.count(KEY, "hits")).as("run on the host").isZero();
    app.run();
    assertThat(test.count(KEY, "hits")).as("run in the container").isEqualTo(1);
  }

  @Test
  @DisplayName("a static probe in a pod fires there, and not where the host runs the same program")
  void staticProbe() {
    firesInProgram("usdt", "on_probe", new Usdt("/program", "skep", "step", null, SHOP));
  }

  @Test
  @DisplayName("functions by a pattern fire in a pod, and not where the host runs the same program")
  void functions() {
    firesInProgram("uprobes", "on_entries", new UprobeMulti("/program", null, "st?p", null, SHOP));
  }

  private void firesInProgram(String object, String function, Hook hook) {
    TestContainer app = container(1, "web-1", null);
    TestProgram.at(app.root.resolve("program"));
    app.start();
    WantedLink wanted = awaitLinks(function, hook).getFirst();
    assertThat(test.kernel().missing(wanted)).isEmpty();
    test.kernel().load(only(request(object, KEY), function));
    assertThat(test.kernel().attach(KEY, wanted).alive()).isTrue();

    Command.run(TestProgram.at(folder.resolve("program")).toString());
    assertThat(test.count(KEY, "hits")).as("run on the host").isZero();
    app.run("/program");
    assertThat(test.count(KEY, "hits")).as("run in the container").isEqualTo(1);
  }

  @Test
  @DisplayName("pods that share a file share one link, which keeps its name while that pod has it")
  void shared() {
    TestContainer first = container(2, "web-2", null);
    first.start();
    List<WantedLink> alone = awaitLinks(uprobe(PROGRAM));

    container(1, "web-1", first).start();
    container(3, "db-3", null).start();

    await().atMost(Duration.ofSeconds(2)).until(() -> links(uprobe(PROGRAM)).size() == 2);
    assertThat(links(uprobe(PROGRAM))).contains(alone.getFirst());
    first.stop();
    containers.remove(first);
    pods.gone(uid(2));
    assertThat(links(uprobe(PROGRAM)))
        .extracting(WantedLink::target)
        .anyMatch(t -> t.contains("shop/web-1"))
        .noneMatch(t -> t.contains("shop/web-2"));
    first.close();
  }

  @Test
  @DisplayName("a restarted container has the same target: another process, the same file")
  void restarted() {
    TestContainer app = container(1, "web-1", null);
    app.start();
    List<WantedLink> before = awaitLinks(uprobe(PROGRAM));
    app.stop();
    app.start();

    assertThat(links(uprobe(PROGRAM))).isEqualTo(before);
    test.kernel().load(only(request("uprobe", KEY), "on_entry"));
    await()
        .atMost(Duration.ofSeconds(2))
        .until(() -> test.kernel().missing(before.getFirst()).isEmpty());
    assertThat(test.kernel().attach(KEY, before.getFirst()).alive()).isTrue();
  }

  @Test
  @DisplayName("links of a container's file system lead to nowhere outside of it")
  void staysInside() {
    TestContainer app = container(1, "web-1", null);
    app.link("good", "/bin/busybox");
    app.link("up", "../../../../../../../../bin/bash");
    app.link("away", "/bin/bash");
    app.start();

    assertThat(awaitLinks(uprobe("/good"))).hasSize(1);
    for (String out : List.of("/up", "/away", "/../../../../../bin/bash")) {
      Expansion expansion = test.kernel().expand("shop", "on_entry", Attach.of(uprobe(out)));
      assertThat(expansion.links()).as(out).isEmpty();
      assertThat(expansion.without())
          .as(out)
          .singleElement()
          .satisfies(f -> assertThat(f.reason()).isEqualTo(Reason.NoTarget))
          .satisfies(f -> assertThat(f.message()).contains(out, "container app of pod shop/web-1"));
    }
  }

  @Test
  @DisplayName("a container that begins to run is told of, which no event of the kernel does")
  void begins() {
    AtomicReference<List<WantedLink>> told = new AtomicReference<>(List.of());
    TestContainer app = container(1, "web-1", null);
    test.kernel().onTargetsChanged(() -> told.set(links(uprobe(PROGRAM))));
    assertThat(links(uprobe(PROGRAM))).isEmpty();

    app.start();

    await()
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(5))
        .until(() -> !told.get().isEmpty());
  }

  @Test
  @DisplayName("where the daemon has a root of its own, the host's binaries are the host's")
  void throughTheHostsRoot() {
    TestContainer host = container(1, "web-1", null);
    host.link("sbin", "/bin");
    host.link("out", "/../../../../bin/bash");
    Binaries binaries =
        new Binaries(Libc.get(), Cgroups.ofThisNode(), new HostRoot(host.root, Optional.empty()));
    Uprobe hook = new Uprobe("/sbin/busybox", null, 1L);

    long size = binaries.opened(hook, h -> Path.of(((Uprobe) h).binary()).toFile().length());
    assertThat(size).isEqualTo(Path.of(PROGRAM).toFile().length());
    for (String absent : List.of("/out", "/bin", "/usr/bin/env")) {
      assertThatThrownBy(() -> binaries.opened(new Uprobe(absent, null, 1L), h -> h))
          .isInstanceOfSatisfying(
              Refusal.class,
              r -> {
                assertThat(r.failure().reason()).isEqualTo(Reason.BinaryNotFound);
                assertThat(r.failure().message()).contains(absent, "on this node");
              });
    }
  }

  @Test
  @DisplayName(
      "a pod's network is its processes'; one in the host's network is left out, and named")
  void networks() {
    SkLookup hook = new SkLookup(null, SHOP);
    TestContainer hostNetwork = container(1, "web-1", null);
    hostNetwork.start();
    Expansion none = test.kernel().expand("shop", "f", Attach.of(hook));
    assertThat(none.links()).isEmpty();
    assertThat(none.without())
        .singleElement()
        .satisfies(f -> assertThat(f.reason()).isEqualTo(Reason.NoTarget))
        .satisfies(f -> assertThat(f.message()).contains("shop/web-1", "host's network"));

    AtomicReference<List<WantedLink>> told = new AtomicReference<>(List.of());
    test.kernel()
        .onTargetsChanged(
            () -> told.set(test.kernel().expand("shop", "f", Attach.of(hook)).links()));
    // After the listener: who hears of the control group asks, and is then told again.
    TestContainer own = container(2, "web-2", null);
    own.startInOwnNetwork();

    // That a process is made, or enters a network, is no event: it is looked at again.
    await().atMost(Duration.ofSeconds(5)).until(() -> !told.get().isEmpty());
    assertThat(told.get())
        .singleElement()
        .satisfies(l -> assertThat(l.target()).contains("shop/web-2"))
        .satisfies(l -> assertThat(l.network().inOwn()).isFalse());
  }

  @Test
  @DisplayName("a container that ends before its probe is attached is a missing target")
  void endsBefore() {
    TestContainer app = container(1, "web-1", null);
    app.start();
    WantedLink wanted = awaitLinks(uprobe(PROGRAM)).getFirst();
    app.stop();

    assertThat(test.kernel().missing(wanted))
        .get()
        .satisfies(f -> assertThat(f.reason()).isEqualTo(Reason.BinaryNotFound))
        .satisfies(f -> assertThat(f.message()).contains("does not run"));
  }

  private TestContainer container(int number, String pod, TestContainer image) {
    String id = Integer.toString(number).repeat(64);
    pods.running(uid(number), "shop", pod, "app", id);
    String cgroup = "kubepods/besteffort/pod" + uid(number) + "/" + id;
    TestContainer container = new TestContainer(group, cgroup, image);
    containers.add(container);
    return container;
  }

  private static String uid(int number) {
    return "0b5ff1c1-7d35-4d55-9b53-%012d".formatted(number);
  }

  private static Uprobe uprobe(String binary) {
    return new Uprobe(binary, null, TestContainer.entry(), null, SHOP);
  }

  private List<WantedLink> links(Uprobe hook) {
    return links("on_entry", hook);
  }

  private List<WantedLink> links(String function, Hook hook) {
    return test.kernel().expand("shop", function, Attach.of(hook)).links();
  }

  private List<WantedLink> awaitLinks(Uprobe hook) {
    return awaitLinks("on_entry", hook);
  }

  private List<WantedLink> awaitLinks(String function, Hook hook) {
    await().atMost(Duration.ofSeconds(2)).until(() -> !links(function, hook).isEmpty());
    return links(function, hook);
  }
}
