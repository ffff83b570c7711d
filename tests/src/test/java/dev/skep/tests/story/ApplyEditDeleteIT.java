package dev.skep.tests.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfProgramStatus.Phase;
import dev.skep.artifact.process.Command;
import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The main story: apply, Ready, edit, new image, delete. */
class ApplyEditDeleteIT {
  private final Stack stack;
  private String repository;

  ApplyEditDeleteIT(@Shared Stack stack) {
    this.stack = stack;
  }

  @BeforeEach
  void push() {
    repository = stack.registry().address() + "/story/tp";
    TestImages.push(repository + ":v1", Map.of("tp.bpf.o", TestImages.object("tp")));
    TestImages.push(repository + ":v2", Map.of("tp.bpf.o", TestImages.object("tp_v2")));
    TestImages.push(repository + ":bad", Map.of("tp.bpf.o", TestImages.object("rejected")));
  }

  @AfterEach
  void removePrograms() {
    stack.deletePrograms();
  }

  private String image(String tag) {
    return "image: {reference: " + repository + ":" + tag + "}\n";
  }

  @Test
  @DisplayName("a healthy apply and delete pass through no Error, no Unknown, no Degraded")
  void nothingBadOnTheWay() {
    StatusWatcher seen = new StatusWatcher();
    var watch =
        stack
            .client()
            .resources(BpfProgram.class)
            .inNamespace(Stack.NAMESPACE)
            .withName("story")
            .watch(seen);
    stack.apply("story", image("v1"));
    stack.awaitReady("story");
    stack.deletePrograms();
    Stack.pause(500);
    watch.close();

    assertThat(seen.bad).isEmpty();
    assertThat(seen.phases)
        .isSubsetOf(Phase.Pending, Phase.RollingOut, Phase.Ready, Phase.Terminating)
        .contains(Phase.Ready);
  }

  @Test
  @DisplayName("Ready means that the kernel has the link; after delete it has nothing")
  void readyMeansTheKernelHasIt() {
    stack.apply("story", image("v1"));
    stack.awaitReady("story");
    int link =
        stack
            .node()
            .getStatus()
            .programs()
            .getFirst()
            .functions()
            .getFirst()
            .links()
            .getFirst()
            .id();
    assertThat(Bpftool.linkExists(link)).isTrue();

    stack.deletePrograms();

    assertThat(Files.exists(stack.pins("story"))).isFalse();
    assertThat(Bpftool.linkExists(link)).isFalse();
    assertThat(stack.node().getSpec().programs()).isEmpty();
  }

  @Test
  @DisplayName("a new image keeps the maps' contents")
  void aNewImageKeepsTheMaps() throws Exception {
    String metrics =
        """
        metrics: [{name: story_hits_total, type: counter, map: hits}]
        """;
    stack.apply("story", image("v1") + metrics);
    stack.awaitReady("story");
    ProgramsSurviveIT.openFiles(100);
    double before = stack.metric("story_hits_total", "");
    assertThat(before).isGreaterThanOrEqualTo(100);

    stack.apply("story", image("v2") + metrics);
    BpfProgramStatus status = stack.awaitReady("story");
    ProgramsSurviveIT.openFiles(10);
    Stack.pause(1100);

    assertThat(stack.metric("story_hits_total", "")).isGreaterThanOrEqualTo(before + 10_000);
    assertThat(status.previousRevision()).isNotNull().isNotEqualTo(status.revision());
    assertThat(stack.pins("story", "programs")).hasSize(1);
  }

  @Test
  @DisplayName("a new image that the verifier refuses: Degraded, and the old one goes on running")
  void aBadImageLeavesTheOldOneRunning() throws Exception {
    stack.apply("story", image("v1"));
    stack.awaitReady("story");
    List<Path> links = stack.pins("story", "links");

    stack.apply("story", image("bad"));
    BpfProgramStatus status =
        stack.await("story", Duration.ofSeconds(20), s -> s.phase() == Phase.Degraded);

    assertThat(status.failures().getFirst().message()).contains("map_value_or_null");
    assertThat(stack.pins("story", "links")).isEqualTo(links).isNotEmpty();
    double before = stack.metric("skep_program_run_total", "story");
    ProgramsSurviveIT.openFiles(100);
    assertThat(stack.metric("skep_program_run_total", "story"))
        .isGreaterThanOrEqualTo(before + 100);

    stack.apply("story", image("v1"));
    stack.awaitReady("story");
    assertThat(stack.pins("story", "links")).isEqualTo(links);
  }

  @Test
  @DisplayName(
      "Suspend detaches and unloads; Verify loads and attaches nothing; Attach brings it back")
  void modes() {
    stack.apply("story", image("v1") + "mode: Suspend\n");
    stack.await("story", Duration.ofSeconds(20), s -> s.phase() == Phase.Suspended);
    assertThat(stack.pins("story", "programs")).isEmpty();

    stack.apply("story", image("v1") + "mode: Verify\n");
    stack.awaitReady("story");
    assertThat(stack.pins("story", "programs")).hasSize(1);
    assertThat(stack.pins("story", "links")).isEmpty();

    stack.apply("story", image("v1") + "mode: Attach\n");
    stack.awaitReady("story");
    assertThat(stack.pins("story", "links")).hasSize(1);
  }

  /** Keeps every phase that the status went through, and each status that spoke of a failure. */
  private static final class StatusWatcher implements Watcher<BpfProgram> {
    private final List<Phase> phases = new CopyOnWriteArrayList<>();
    private final List<BpfProgramStatus> bad = new CopyOnWriteArrayList<>();

    @Override
    public void eventReceived(Action action, BpfProgram program) {
      BpfProgramStatus status = program.getStatus();
      if (status == null || status.phase() == null) {
        return;
      }
      phases.add(status.phase());
      boolean degraded =
          status.conditions().stream()
              .anyMatch(c -> c.getType().equals("Degraded") && !c.getStatus().equals("False"));
      if (degraded || !status.failures().isEmpty()) {
        bad.add(status);
      }
    }

    @Override
    public void onClose(WatcherException cause) {}
  }

  /** What bpftool shows of a link. */
  private static final class Bpftool {
    static boolean linkExists(int id) {
      // By its words: the exit status is not 0 even where bpftool shows a link. A list of all ends
      // in an error where it meets a link that is being made.
      return Command.of("bpftool", "-j", "link", "show", "id", Integer.toString(id))
          .end()
          .output()
          .contains("\"id\":" + id + ",");
    }
  }
}
