package dev.skep.node.kernel;

import static dev.skep.node.kernel.HookTrial.possible;
import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.link;
import static dev.skep.node.kernel.TestKernel.only;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Iter;
import dev.skep.api.v1alpha1.hook.Syscall;
import dev.skep.node.kernel.LoadRecord.LinkRecord;
import dev.skep.node.target.Cgroups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Programs that run when somebody asks. */
@Tag("hook")
class OnDemandHooksIT {
  private static final LoadKey KEY = key("on-demand", "aaaa");
  private static final LoadKey NEXT = key("on-demand", "bbbb");

  private final TestKernel test = new TestKernel();

  @AfterEach
  void cleanUp() {
    test.close();
  }

  @Test
  @DisplayName("iter over tasks")
  void iterator() {
    walks("show_task", new Iter("task", null, null), this::readAll);
  }

  @Test
  @DisplayName("iter over tasks, sleepable")
  void sleepableIterator() {
    walks("show_task_sleepable", new Iter("task", null, null), this::readAll);
  }

  @Test
  @DisplayName("iter over control groups, from the root")
  void iteratorOfGroups() {
    try (TestCgroup group = new TestCgroup()) {
      walks("show_group", new Iter(null, null, null), this::walkAll);
      assertThat(groups(new Iter(null, null, null))).contains(idOf("/"), idOf(group.path));
    }
  }

  @Test
  @DisplayName("iter over control groups, from one of them")
  void iteratorOfSomeGroups() {
    try (TestCgroup group = new TestCgroup()) {
      String below = group.make("below");
      assertThat(groups(new Iter("cgroup", null, group.path)))
          .containsExactly(idOf(group.path), idOf(below));
    }
  }

  private void walks(String function, Iter hook, Runnable walk) {
    new HookTrial(test, "iter_task", function, hook, walk).fires();
  }

  private List<String> groups(Iter hook) {
    possible(() -> test.kernel().load(only(request("iter_task", KEY), "show_group")));
    test.kernel().attach(KEY, link("show_group", hook));
    return walkAll().lines().toList();
  }

  /** As skep iter does: what walks control groups is to be read at once. */
  private String walkAll() {
    return test.kernel().observe().stream()
        .flatMap(load -> load.links().stream())
        .map(link -> new String(test.kernel().walk(link, 1 << 20)))
        .collect(Collectors.joining());
  }

  private static String idOf(String cgroup) {
    return Long.toString(Cgroups.ofThisNode().id(cgroup).orElseThrow());
  }

  @Test
  @DisplayName("iter over the elements of a map")
  void iteratorOfMap() {
    Iter hook = new Iter(null, "hits", null);
    possible(() -> test.kernel().load(only(request("iter_task", KEY), "show_element")));
    ObservedLink link = test.kernel().attach(KEY, link("show_element", hook));
    assertThat(readAll()).isEqualTo("0 is 0\n");
    assertThat(test.kernel().walk(link, 4)).isEqualTo("0 is".getBytes());
    assertThat(test.startAgain().observe(KEY).orElseThrow().links()).containsExactly(link);
  }

  @Test
  @DisplayName("iter with a map that it does not walk, or without one: refused with words")
  void iteratorOfWrongMap() {
    possible(() -> test.kernel().load(request("iter_task", KEY)));
    refused(link("show_element", new Iter(null, null, null)), Reason.WrongAttachType, "map: NAME");
    refused(link("show_task", new Iter(null, "hits", null)), Reason.WrongAttachType, "leave it");
    refused(link("show_element", new Iter(null, "hut", null)), Reason.UnknownMap, "no map \"hut\"");
    refused(link("show_task", new Iter(null, null, "/")), Reason.WrongAttachType, "leave it out");
  }

  @Test
  @DisplayName("syscall: runs once for each load, and not when the daemon starts again")
  void runOnce() {
    WantedLink wanted = link("fill", new Syscall(null));
    possible(() -> test.kernel().load(request("run_once", KEY)));
    ObservedLink link = test.kernel().attach(KEY, wanted);
    assertThat(link.alive()).isTrue();
    assertThat(test.count(KEY, "hits")).isOne();
    assertThat(test.startAgain().observe(KEY).orElseThrow().links()).containsExactly(link);
    assertThat(test.count(KEY, "hits")).isOne();

    test.kernel().load(request("run_once", NEXT, KEY));
    test.kernel().attach(NEXT, wanted);
    test.kernel().detach(link);
    test.kernel().unload(KEY);
    assertThat(test.count(NEXT, "hits")).isEqualTo(2);
  }

  @Test
  @DisplayName("syscall: a daemon that died while it ran lets it not run a second time")
  void runAtMostOnce() {
    WantedLink wanted = link("fill", new Syscall(null));
    possible(() -> test.kernel().load(request("run_once", KEY)));
    test.kernel().close();
    new Journal(test.journal, "test")
        .link(KEY, new LinkRecord("fill", wanted.hook(), wanted.target(), null, null, "run"));

    assertThat(test.startAgain().observe(KEY).orElseThrow().links())
        .singleElement()
        .satisfies(link -> assertThat(link.alive()).isTrue());
    assertThat(test.count(KEY, "hits")).isZero();
  }

  private void refused(WantedLink wanted, Reason reason, String words) {
    assertThatThrownBy(() -> test.kernel().attach(KEY, wanted))
        .isInstanceOfSatisfying(
            Refusal.class, r -> assertThat(r.failure().reason()).isEqualTo(reason))
        .hasMessageContaining(words);
  }

  /** What the pins of every link below ours say: reading an iterator's walks. */
  private String readAll() {
    try (Stream<Path> files = Files.walk(test.pins)) {
      StringBuilder text = new StringBuilder();
      for (Path file : files.filter(f -> f.getParent().endsWith("links")).toList()) {
        text.append(Files.readString(file));
      }
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
