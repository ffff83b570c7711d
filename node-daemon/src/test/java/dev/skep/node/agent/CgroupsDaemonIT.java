package dev.skep.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeStatus.LinkState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.node.target.Cgroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the daemon does, and says, while control groups come and go. */
class CgroupsDaemonIT extends WithDaemon {
  /** Less than the half minute after which the daemon looks by itself, on a busy machine too. */
  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  private final Path group =
      Cgroups.ofThisNode()
          .mount()
          .orElseThrow()
          .resolve("skep-daemon-it-" + ProcessHandle.current().pid());

  @BeforeEach
  void makeGroup() throws IOException {
    Files.createDirectory(group);
  }

  @Override
  @AfterEach
  void end() throws IOException, InterruptedException {
    super.end();
    if (daemon != null) {
      for (String name : List.of("web-1", "web-2")) {
        Files.deleteIfExists(group.resolve(name));
      }
      Files.deleteIfExists(group);
    }
  }

  @Test
  @DisplayName(
      "nothing matches: Pending and why; one comes, another, both go: status says each at once")
  void comeAndGo() throws Exception {
    apply("/" + group.getFileName() + "/web-*");
    ProgramState none = await(p -> p.reason() == Reason.NoTarget, "NoTarget");
    assertThat(none.state()).isEqualTo(State.Pending);
    assertThat(none.message()).contains(group.getFileName() + "/web-*");

    long start = System.nanoTime();
    Files.createDirectory(group.resolve("web-1"));
    await(p -> p.state() == State.Attached && targets(p).size() == 1, "web-1");
    Duration came = Duration.ofNanos(System.nanoTime() - start);
    Files.createDirectory(group.resolve("web-2"));
    await(p -> targets(p).size() == 2, "web-2 too");
    Files.delete(group.resolve("web-1"));
    await(p -> p.state() == State.Attached && targets(p).size() == 1, "no web-1");
    Files.delete(group.resolve("web-2"));
    await(p -> p.reason() == Reason.NoTarget && targets(p).isEmpty(), "none");

    assertThat(came).isLessThan(AT_ONCE);
    assertThat(daemon.pins()).noneMatch(pin -> pin.toString().contains("/links/"));
    assertThat(best(this::comesAndGoes)).isLessThan(WITHIN);
  }

  /** What it takes to attach to one that comes, and to say that it is gone. */
  private Duration comesAndGoes() throws IOException {
    long start = System.nanoTime();
    Files.createDirectory(group.resolve("web-1"));
    await(p -> p.state() == State.Attached && targets(p).size() == 1, "web-1");
    Files.delete(group.resolve("web-1"));
    await(p -> p.reason() == Reason.NoTarget && targets(p).isEmpty(), "none");
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  @DisplayName("one that is deleted and made again by its name, faster than any look, is attached")
  void madeAgain() throws IOException {
    apply("/" + group.getFileName() + "/web-1");
    Files.createDirectory(group.resolve("web-1"));
    ProgramState first = await(p -> p.state() == State.Attached, "web-1");

    Files.delete(group.resolve("web-1"));
    Files.createDirectory(group.resolve("web-1"));

    await(p -> p.state() == State.Attached && !ids(p).equals(ids(first)), "the new web-1");
  }

  private ProgramState await(Predicate<ProgramState> is, String what) {
    return daemon.await("egress", is, what);
  }

  private void apply(String path) throws IOException {
    daemon.apply(
        "egress",
        "cgroup_skb",
        """
        programs:
        - function: on_egress
          attach: {cgroup: {path: "%s"}}
        """
            .formatted(path));
  }

  private static List<String> targets(ProgramState state) {
    return links(state).stream().map(LinkState::target).toList();
  }

  private static List<Integer> ids(ProgramState state) {
    return links(state).stream().map(LinkState::id).toList();
  }

  private static List<LinkState> links(ProgramState state) {
    return state.functions().stream().flatMap(f -> f.links().stream()).toList();
  }
}
