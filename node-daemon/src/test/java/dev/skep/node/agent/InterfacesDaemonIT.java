package dev.skep.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.LinkState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.process.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the daemon's status says while interfaces come and go. */
class InterfacesDaemonIT extends WithDaemon {
  /** Less than the half minute after which the daemon looks by itself, on a busy machine too. */
  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  private final String network = "skd" + ProcessHandle.current().pid();

  @BeforeEach
  void makeNetwork() {
    ip("netns add " + network);
  }

  @Override
  @AfterEach
  void end() throws IOException, InterruptedException {
    super.end();
    if (daemon != null) {
      ip("netns del " + network);
    }
  }

  @Test
  @DisplayName(
      "nothing matches: Pending and why; one comes, another, both go: status says each at once")
  void comeAndGo() throws Exception {
    applyTc("tc", "wan*");
    ProgramState none = daemon.await("tc", p -> p.reason() == Reason.NoTarget, "NoTarget");
    assertThat(none.state()).isEqualTo(State.Pending);
    assertThat(none.message()).contains("no interface matches wan*", network, "it has lo");

    add("wan0");
    Duration came = timed(p -> p.state() == State.Attached && targets(p).size() == 1, "wan0");
    add("wan1");
    daemon.await("tc", p -> targets(p).size() == 2, "wan1 too");
    inside("link del wan0");
    Duration went = timed(p -> p.state() == State.Attached && targets(p).size() == 1, "no wan0");
    inside("link del wan1");
    daemon.await("tc", p -> p.reason() == Reason.NoTarget && targets(p).isEmpty(), "none");

    assertThat(came).isLessThan(AT_ONCE);
    assertThat(went).isLessThan(AT_ONCE);
    assertThat(daemon.pins()).noneMatch(pin -> pin.toString().contains("/links/"));
    assertThat(best(this::comesAndGoes)).isLessThan(WITHIN);
  }

  /** The longer of what it takes to attach one that comes, and to let go of it. */
  private Duration comesAndGoes() {
    add("wan0");
    Duration came = timed(p -> p.state() == State.Attached && targets(p).size() == 1, "wan0");
    inside("link del wan0");
    Duration went = timed(p -> p.reason() == Reason.NoTarget && targets(p).isEmpty(), "none");
    return came.compareTo(went) > 0 ? came : went;
  }

  private Duration timed(Predicate<ProgramState> condition, String what) {
    long start = System.nanoTime();
    daemon.await("tc", condition, what);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  @DisplayName(
      "five hundred interfaces by one pattern: all attached, thirty-two shown, and counted")
  void fiveHundred() throws IOException {
    StringBuilder batch = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      batch.append("link add wan%03d type veth peer name peer%d\n".formatted(i, i));
    }
    sh("ip -n " + network + " -batch - <<'E'\n" + batch + "E");

    applyTc("tc", "wan*");

    ProgramState all = daemon.await("tc", State.Attached);
    FunctionState function = all.functions().getFirst();
    assertThat(function.links()).hasSize(32);
    assertThat(function.linkCount()).isEqualTo(500);
    assertThat(daemon.pins()).filteredOn(pin -> pin.toString().contains("/links/")).hasSize(500);
    assertThat(new ObjectMapper().writeValueAsBytes(all).length).isLessThan(8 << 10);
  }

  private void applyTc(String name, String pattern) throws IOException {
    daemon.apply(
        name,
        "tcx_count",
        """
        programs:
        - function: on_ingress
          attach: {tc: {interfaces: ["%s"], networkNamespace: %s, direction: Ingress}}
        """
            .formatted(pattern, network));
  }

  private static List<String> targets(ProgramState state) {
    return state.functions().stream()
        .flatMap(f -> f.links().stream())
        .map(LinkState::target)
        .toList();
  }

  private void add(String name) {
    inside("link add " + name + " type veth peer name p" + name);
  }

  private void inside(String command) {
    ip("-n " + network + " " + command);
  }

  private static void ip(String command) {
    sh("ip " + command);
  }

  private static void sh(String command) {
    Command.run("bash", "-c", command);
  }
}
