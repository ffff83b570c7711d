package dev.skep.tests.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What runs goes on running, whatever of ours is down. */
class ProgramsSurviveIT {
  private final Stack stack;
  private String image;

  ProgramsSurviveIT(@Shared Stack stack) {
    this.stack = stack;
  }

  @BeforeEach
  void push() {
    image = stack.registry().address() + "/survive/tp:v1";
    TestImages.push(image, Map.of("tp.bpf.o", TestImages.object("tp")));
  }

  @AfterEach
  void removePrograms() {
    stack.deletePrograms();
  }

  @Test
  @DisplayName("the daemon is killed while attached: nothing detaches, it adopts, no second copy")
  void theDaemonIsKilledWhileAttached() throws Exception {
    stack.apply(
        "survivor",
        """
        image: {reference: %s}
        metrics: [{name: survivor_hits_total, type: counter, map: hits}]
        """
            .formatted(image));
    stack.awaitReady("survivor");
    int programId = programId("survivor");
    int linkId = linkId("survivor");
    List<Path> links = stack.pins("survivor", "links");
    // The program counts by itself; the kernel keeps run statistics only while a daemon asks for
    // them.
    double before = stack.metric("survivor_hits_total", "");

    stack.daemon().kill();
    assertThat(stack.pins("survivor", "links")).isEqualTo(links).isNotEmpty();
    openFiles(1000);
    stack.startDaemon();
    stack.awaitReady("survivor");

    assertThat(programId("survivor")).isEqualTo(programId);
    assertThat(linkId("survivor")).isEqualTo(linkId);
    assertThat(stack.pins("survivor", "links")).isEqualTo(links);
    assertThat(stack.pins("survivor", "programs")).hasSize(1);
    assertThat(stack.metric("survivor_hits_total", "")).isGreaterThanOrEqualTo(before + 1000);
  }

  @Test
  @DisplayName(
      "the API server is down for a while: programs run, metrics go on, then all is as before")
  void theApiServerIsDownForAWhile() throws Exception {
    stack.apply("survivor", "image: {reference: " + image + "}");
    stack.awaitReady("survivor");
    int programId = programId("survivor");
    double before = hits("survivor");

    stack.cluster().killApiServer();
    try {
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (System.nanoTime() < end) {
        openFiles(10);
        assertThat(stack.metrics()).contains("skep_program_run_total");
        assertThat(stack.pins("survivor", "links")).hasSize(1);
        Stack.pause(1000);
      }
    } finally {
      stack.cluster().restartApiServer();
    }
    assertThat(hits("survivor")).isGreaterThanOrEqualTo(before + 600);
    stack.awaitReady("survivor");
    assertThat(programId("survivor")).isEqualTo(programId);
    stack.apply("after", "image: {reference: " + image + "}");
    stack.await("after", Duration.ofSeconds(60), s -> s.nodes() != null && s.nodes().ready() == 1);
  }

  @Test
  @DisplayName("the daemon starts while the API server is down: it adopts what it finds")
  void theDaemonStartsWithoutAnApiServer() throws Exception {
    stack.apply("survivor", "image: {reference: " + image + "}");
    stack.awaitReady("survivor");
    int linkId = linkId("survivor");
    stack.cluster().killApiServer();
    try {
      stack.daemon().kill();
      stack.startDaemon();
      assertThat(stack.pins("survivor", "links")).hasSize(1);
      openFiles(10);
      assertThat(stack.metric("skep_program_run_total", "survivor")).isPositive();
    } finally {
      stack.cluster().restartApiServer();
    }
    stack.awaitReady("survivor");
    assertThat(linkId("survivor")).isEqualTo(linkId);
  }

  @Test
  @DisplayName("the registry is down at apply and back later: Ready by itself")
  void theRegistryIsDownAtApply() {
    stack.registry().down();
    try {
      stack.apply("late", "image: {reference: " + stack.registry().address() + "/survive/tp:v1}");
      var status = stack.await("late", Duration.ofSeconds(20), s -> !s.failures().isEmpty());
      assertThat(status.failures().getFirst().reason().name()).isEqualTo("RegistryUnreachable");
      assertThat(status.failures().getFirst().message()).contains(stack.registry().address());
    } finally {
      stack.registry().up();
    }
    stack.await("late", Duration.ofSeconds(60), s -> s.phase().name().equals("Ready"));
  }

  @Test
  @DisplayName("the same thing applied twice: no write, no reload")
  void theSameThingTwice() {
    stack.apply("twice", "image: {reference: " + image + "}");
    stack.awaitReady("twice");
    BpfProgram first = stack.program("twice");
    String node = stack.node().getMetadata().getResourceVersion();
    int programId = programId("twice");

    stack.apply("twice", "image: {reference: " + image + "}");
    Stack.pause(2000);

    assertThat(stack.program("twice").getMetadata().getResourceVersion())
        .isEqualTo(first.getMetadata().getResourceVersion());
    assertThat(stack.node().getMetadata().getResourceVersion()).isEqualTo(node);
    assertThat(programId("twice")).isEqualTo(programId);
  }

  private int programId(String name) {
    return state(name).functions().getFirst().programId();
  }

  private int linkId(String name) {
    return state(name).functions().getFirst().links().getFirst().id();
  }

  private dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState state(String name) {
    return stack.node().getStatus().programs().stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private double hits(String name) {
    return stack.metric("skep_program_run_total", name);
  }

  static void openFiles(int times) throws Exception {
    for (int i = 0; i < times; i++) {
      Files.newInputStream(Path.of("/proc/self/stat")).close();
    }
  }
}
