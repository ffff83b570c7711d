package dev.skep.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeStatus.MapState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** {@code skep serve --manifests} as a process, on the running kernel. */
class ManifestsDaemonIT extends WithDaemon {
  @Test
  @DisplayName("killed while attached: nothing detaches, the next daemon adopts, no second copy")
  void killed() throws IOException, InterruptedException {
    daemon.apply("tp", "tp", "");
    ProgramState before = daemon.await("tp", State.Attached);
    List<Path> pins = daemon.pins();

    daemon.kill();
    assertThat(daemon.pins()).isEqualTo(pins);
    daemon.forgetStatus();
    daemon.start();

    assertThat(daemon.await("tp", State.Attached)).isEqualTo(before);
    assertThat(daemon.pins()).isEqualTo(pins);
    assertThat(daemon.logged(" INFO loaded ")).isEqualTo(1);
  }

  @Test
  @DisplayName("told to end: nothing detaches either")
  void ended() throws IOException, InterruptedException {
    daemon.apply("tp", "tp", "");
    daemon.await("tp", State.Attached);
    List<Path> pins = daemon.pins();

    assertThat(daemon.end()).as("exit status of a process that SIGTERM ended").isEqualTo(143);

    assertThat(daemon.pins()).isEqualTo(pins);
    assertThat(daemon.log()).contains("ending; what runs in the kernel goes on");
  }

  @Test
  @DisplayName("told to end during a load, it loads that at the next start; killed, never again")
  void endedInALoad() throws IOException, InterruptedException {
    daemon.apply("slow", "slow", "mode: Verify");
    awaitLoadUnderWay();
    daemon.end();
    assertThat(daemon.logged(" INFO loaded ")).as("the load was cut short").isZero();
    assertThat(isLoadUnderWay()).isFalse();
    daemon.start();
    awaitLoadUnderWay();
    daemon.kill();
    assertThat(isLoadUnderWay()).isTrue();
    daemon.start();

    assertThat(daemon.await("slow", State.Quarantined).reason()).isEqualTo(Reason.LoaderCrashed);
  }

  private void awaitLoadUnderWay() {
    Awaitility.await()
        .atMost(DaemonProcess.PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(this::isLoadUnderWay);
  }

  /** By its mark. */
  private boolean isLoadUnderWay() throws IOException {
    Path marks = folder.resolve("state/journal/loading");
    return Files.exists(marks) && Files.readString(marks).contains("slow");
  }

  @Test
  @DisplayName("a second daemon with the same state folder is refused")
  void second() throws IOException, InterruptedException {
    daemon.apply("tp", "tp", "");
    daemon.await("tp", State.Attached);

    assertThat(daemon.runSecond()).isEqualTo(1);

    assertThat(daemon.logged("another daemon runs with the state folder")).isEqualTo(1);
  }

  @Test
  @DisplayName("a second daemon with the same pins is refused, before it takes any of them away")
  void secondWithStateOfItsOwn() throws IOException, InterruptedException {
    daemon.apply("tp", "tp", "");
    daemon.await("tp", State.Attached);
    Path underWay = daemon.stage("loading");

    assertThat(daemon.runSecond("state-of-its-own")).isEqualTo(1);

    assertThat(daemon.logged("another daemon runs with the pin folder")).isEqualTo(1);
    assertThat(underWay).isDirectory();
    Files.delete(underWay);
    Files.delete(underWay.getParent());
  }

  @Test
  @DisplayName("deleted while the daemon was down: let go at the next start")
  void deletedMeanwhile() throws IOException, InterruptedException {
    daemon.apply("tp", "tp", "");
    daemon.await("tp", State.Attached);
    daemon.kill();
    daemon.delete("tp");

    daemon.start();

    Awaitility.await().atMost(DaemonProcess.PATIENCE).until(() -> daemon.pins().isEmpty());
  }

  @Test
  @DisplayName("a changed global makes a new load that keeps the maps")
  void editedGlobal() throws IOException {
    daemon.apply("tp", "tp", "");
    ProgramState before = daemon.await("tp", State.Attached);

    daemon.apply("tp", "tp", "globals: {target_pid: 1}");

    ProgramState after =
        daemon.await(
            "tp",
            p -> p.state() == State.Attached && !p.revision().equals(before.revision()),
            "attached with the new global");
    assertThat(after.functions().getFirst().programId())
        .isNotEqualTo(before.functions().getFirst().programId());
    assertThat(map(after)).isEqualTo(map(before));
  }

  @Test
  @DisplayName("metrics alone change nothing in the kernel")
  void editedMetrics() throws IOException {
    daemon.apply("tp", "tp", "");
    ProgramState before = daemon.await("tp", State.Attached);

    daemon.apply(
        "tp",
        "tp",
        "metrics: [{name: hits_total, type: counter, map: %s}]".formatted(map(before).name()));

    ProgramState after =
        daemon.await("tp", p -> !p.revision().equals(before.revision()), "of the new revision");
    assertThat(after.state()).isEqualTo(State.Attached);
    assertThat(after.functions()).isEqualTo(before.functions());
  }

  @Test
  @DisplayName(
      "one failing program among ten: nine run, one says what the verifier says, loaded once")
  void oneAmongTen() throws IOException, InterruptedException {
    daemon.apply("wrong", "rejected", "");
    for (int i = 0; i < 9; i++) {
      daemon.apply("p" + i, "tp", "");
    }

    ProgramState wrong = daemon.await("wrong", State.Failed);
    for (int i = 0; i < 9; i++) {
      daemon.await("p" + i, State.Attached);
    }

    assertThat(wrong.reason()).isEqualTo(Reason.VerifierRejected);
    assertThat(wrong.function()).isEqualTo("on_openat");
    assertThat(wrong.message()).contains("R0 invalid mem access 'map_value_or_null'");
    // Long enough for a second attempt, if there were one.
    Thread.sleep(2500);
    assertThat(daemon.logged("reason=VerifierRejected")).isEqualTo(1);
  }

  @Test
  @DisplayName("a manifest that is not understood is named in the status, and changes nothing")
  void refused() throws IOException {
    daemon.apply("tp", "tp", "");
    ProgramState before = daemon.await("tp", State.Attached);

    daemon.apply("tp", "tp", "modus: Suspend");

    Awaitility.await()
        .atMost(DaemonProcess.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(daemon.local().refusedManifests())
                    .hasEntrySatisfying("tp.yaml", why -> assertThat(why).contains("modus")));
    assertThat(daemon.await("tp", State.Attached)).isEqualTo(before);

    daemon.apply("tp", "tp", "");
    Awaitility.await()
        .atMost(DaemonProcess.PATIENCE)
        .until(() -> daemon.local().refusedManifests().isEmpty());
  }

  @Test
  @DisplayName("two programs for one interface: the second names the first, and follows it")
  void sharedInterface() throws IOException {
    Command.run("ip", "link", "add", "skepit0", "type", "veth", "peer", "skepit1");
    try {
      String spec = "programs: [{function: on_packet, attach: {xdp: {interfaces: [skepit0]}}}]";
      daemon.apply("first", "several", spec);
      daemon.await("first", State.Attached);
      daemon.apply("second", "several", spec);
      ProgramState second = daemon.await("second", State.Failed);
      assertThat(second.reason()).isEqualTo(Reason.InterfaceBusy);
      assertThat(second.message()).contains("it/first");

      daemon.delete("first");

      daemon.await("second", State.Attached);
    } finally {
      Command.run("ip", "link", "del", "skepit0");
    }
  }

  @Test
  @DisplayName("an interface that comes later is attached to when it comes")
  void interfaceComes() throws IOException {
    daemon.apply(
        "late",
        "several",
        "programs: [{function: on_packet, attach: {xdp: {interfaces: [skepit2]}}}]");
    ProgramState waiting = daemon.await("late", Reason.InterfaceNotFound);
    assertThat(waiting.state()).isEqualTo(State.Pending);

    Command.run("ip", "link", "add", "skepit2", "type", "veth", "peer", "skepit3");
    try {
      daemon.await("late", State.Attached);
    } finally {
      Command.run("ip", "link", "del", "skepit2");
    }
  }

  @Test
  @DisplayName("entries from a ConfigMap come when it comes, and follow it without a load")
  void configMap() throws IOException {
    daemon.apply(
        "filter",
        "entries",
        "maps: [{name: blocked, entries: [{key: 10.0.0.0/8, value: 1}],"
            + " entriesFrom: [{configMap: {name: lists, key: list}}]}]");
    ProgramState waiting = daemon.await("filter", Reason.ConfigMapNotFound);
    assertThat(waiting.state()).isEqualTo(State.Pending);

    daemon.configMap("lists", "192.168.0.0/16: 2");
    ProgramState attached = daemon.await("filter", State.Attached);
    assertThat(daemon.entries("filter", "blocked"))
        .isEqualTo(Map.of("080000000a000000", "01000000", "10000000c0a80000", "02000000"));

    daemon.configMap("lists", "192.168.0.0/16: 3");
    ProgramState later =
        daemon.await("filter", p -> !p.revision().equals(attached.revision()), "the next list");
    assertThat(later.functions()).isEqualTo(attached.functions());
    Map<String, String> changed =
        Map.of("080000000a000000", "01000000", "10000000c0a80000", "03000000");
    Awaitility.await()
        .untilAsserted(() -> assertThat(daemon.entries("filter", "blocked")).isEqualTo(changed));
    assertThat(daemon.logged(" INFO loaded ")).isEqualTo(1);

    daemon.configMap("lists", "192.168.0.300/16: 3");
    ProgramState wrong = daemon.await("filter", State.Failed);
    assertThat(wrong.message())
        .isEqualTo(
            "maps[0], ConfigMap lists, key list, entry [0].key: \"192.168.0.300/16\" is not an"
                + " IPv4 network, e.g. 10.0.0.0/8; what was attached before goes on running");
    assertThat(daemon.entries("filter", "blocked")).hasSize(2);
  }

  @Test
  @DisplayName("a program that shares a map comes before its owner, and globals know the host")
  void sharing() throws IOException {
    daemon.apply(
        "user",
        "entries",
        "globals: {cpus: {nodeField: cpuCount}, node_name: {nodeField: name}}\n"
            + "maps: [{name: allowed, sharedFrom: {program: owner}}]");
    assertThat(daemon.await("user", Reason.SharedMapNotFound).state()).isEqualTo(State.Pending);

    daemon.apply("owner", "entries", "maps: [{name: allowed, entries: [{key: 1, value: 2}]}]");
    ProgramState user = daemon.await("user", State.Attached);
    ProgramState owner = daemon.await("owner", State.Attached);
    assertThat(named(user, "allowed").id()).isEqualTo(named(owner, "allowed").id());
    assertThat(named(user, "slots").id()).isNotEqualTo(named(owner, "slots").id());

    daemon.delete("owner");
    Awaitility.await().until(() -> daemon.program("owner").isEmpty());
    assertThat(daemon.await("user", State.Attached).functions()).isEqualTo(user.functions());
  }

  @Test
  @DisplayName("what runs once does so before the others are attached, or after, as it says")
  void runOrder() throws IOException {
    daemon.apply(
        "order",
        "run_order",
        """
        programs:
        - {function: run_after, attach: {syscall: {run: AfterAttach}}}
        - {function: run_before, attach: {syscall: {run: BeforeAttach}}}
        - function: on_call
        """);
    daemon.await("order", State.Attached);
    assertThat(daemon.entries("order", "seen"))
        .containsEntry("00000000", "0".repeat(16))
        .hasEntrySatisfying(
            "01000000", counted -> assertThat(counted).isNotEqualTo("0".repeat(16)));
  }

  private static MapState named(ProgramState program, String map) {
    return program.maps().stream().filter(m -> m.name().equals(map)).findFirst().orElseThrow();
  }

  private static MapState map(ProgramState program) {
    return program.maps().stream()
        .filter(m -> !m.name().startsWith("."))
        .findFirst()
        .map(m -> new MapState(m.name(), m.id(), m.type(), m.maxEntries(), null))
        .orElseThrow();
  }
}
