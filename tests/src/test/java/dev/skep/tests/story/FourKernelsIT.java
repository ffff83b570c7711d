package dev.skep.tests.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.tests.stack.GuestNode;
import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import dev.skep.tests.stack.Transcript;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * One cluster, four nodes, four kernels: this machine's, and Debian's 6.1, 6.12 and 7.2 in guests.
 * What kubectl shows is in target/four-kernels.txt.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FourKernelsIT {
  private static final String FAILURES =
      "{range .items[*].status.failures[*]}{.reason} on {.nodes} node(s), kernels {.kernels}:"
          + " {.function}: {.message}{\"\\n\"}{end}";
  private static final String FUNCTIONS =
      "{range .items[*]}{.metadata.name}{\"\\t\"}{.status.kernel.release}{\"\\t\"}"
          + "{.status.programs[*].functions[*].function}{\"\\n\"}{end}";
  private static final Duration SLOW = Duration.ofMinutes(2);

  private final Stack stack;
  private final Transcript transcript;
  private final List<GuestNode> guests = new ArrayList<>();

  FourKernelsIT(@Shared Stack stack) {
    this.stack = stack;
    this.transcript = new Transcript(stack.cluster(), Path.of("target/four-kernels.txt"));
  }

  @BeforeAll
  void startGuests() {
    // First, for it says when there is a control plane that no guest can reach.
    transcript.kubectl("version");
    for (String kernel : List.of("6.1", "6.12", "7.2")) {
      guests.add(GuestNode.start(stack, kernel));
    }
    guests.forEach(GuestNode::awaitReady);
    transcript.kubectl("get", "bpfnodes");
  }

  @AfterEach
  void removePrograms() {
    stack.deletePrograms();
  }

  @AfterAll
  void endGuests() {
    guests.forEach(GuestNode::close);
  }

  @Test
  @DisplayName("one program runs on all four kernels")
  void runsOnAll() {
    apply("opens", "tp", "");
    BpfProgramStatus status = stack.await("opens", SLOW, s -> s.nodes().ready() == 4);
    assertThat(status.failures()).isEmpty();
    show();
  }

  @Test
  @DisplayName("status says in one row of which kernels a program asks too much")
  void groupsByKernel() {
    apply("opens-by-kprobe", "kprobe", "");
    BpfProgramStatus status =
        stack.await(
            "opens-by-kprobe", SLOW, s -> s.nodes().ready() + s.nodes().incompatible() == 4);
    show();
    List<String> without = kernelsWithout("kprobe");
    assertThat(without).as("kernels of this cluster without kprobes").isNotEmpty();
    assertThat(status.nodes().incompatible()).isEqualTo(without.size());
    assertThat(status.failures())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.reason()).isEqualTo(Reason.Incompatible);
              assertThat(row.kernels()).isEqualTo(without);
            });
  }

  @Test
  @DisplayName("of a group of fallbacks each kernel runs the first that it can, and all are Ready")
  void fallsBack() {
    apply(
        "opens-by-kernel",
        "opens_by_kernel",
        "programs: [{function: by_fentry, fallbacks: [by_kprobe, by_tracepoint]}]");
    BpfProgramStatus status = stack.await("opens-by-kernel", SLOW, s -> s.nodes().ready() == 4);
    transcript.kubectl("get", "bpfnodes", "-o", "jsonpath=" + FUNCTIONS);
    show();
    assertThat(status.failures()).isEmpty();
    for (BpfNode node : stack.client().resources(BpfNode.class).list().getItems()) {
      assertThat(running(node))
          .as(node.getStatus().kernel().release())
          .containsExactly(bestOf(node.getStatus().kernel().hooks()));
    }
  }

  private static List<String> running(BpfNode node) {
    return node.getStatus().programs().stream()
        .flatMap(program -> program.functions().stream())
        .filter(function -> !function.links().isEmpty())
        .map(FunctionState::function)
        .toList();
  }

  private static String bestOf(List<String> hooks) {
    return Stream.of("fentry", "kprobe")
        .filter(hooks::contains)
        .findFirst()
        .map(hook -> "by_" + hook)
        .orElse("by_tracepoint");
  }

  private void apply(String name, String object, String more) {
    String image = stack.registry().address() + "/four/" + object + ":v1";
    TestImages.push(image, Map.of(object + ".bpf.o", TestImages.object(object)));
    stack.apply(name, "image: {reference: " + image + "}\n" + more);
  }

  private List<String> kernelsWithout(String hook) {
    return stack.client().resources(BpfNode.class).list().getItems().stream()
        .map(node -> node.getStatus().kernel())
        .filter(kernel -> !kernel.hooks().contains(hook))
        .map(kernel -> kernel.release())
        .sorted()
        .toList();
  }

  private void show() {
    transcript.kubectl("get", "bpf", "-n", Stack.NAMESPACE, "-o", "wide");
    transcript.kubectl("get", "bpfnodes");
    transcript.kubectl("get", "bpf", "-n", Stack.NAMESPACE, "-o", "jsonpath=" + FAILURES);
  }
}
