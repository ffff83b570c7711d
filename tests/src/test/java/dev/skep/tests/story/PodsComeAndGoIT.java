package dev.skep.tests.story;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.api.v1alpha1.BpfNodeStatus.LinkState;
import dev.skep.api.v1alpha1.BpfProgramStatus.Phase;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.tests.stack.Kubelet;
import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import dev.skep.tests.stack.Transcript;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Programs that select pods follow them: real pods of a real kubelet and containerd. */
class PodsComeAndGoIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final String SELECTED = "{selector: {matchLabels: {app: probe}}}";
  private static final String PINGS =
      "while :; do /bin/busybox ping -c 1 -W 1 %s; /bin/busybox sleep 0.1; done"
          .formatted(Kubelet.GATEWAY);
  private static final List<String> PROGRAMS =
      List.of("pod-traffic", "pod-runs", "pod-veth", "pod-inside");

  private final Stack stack;
  private Kubelet kubelet;

  PodsComeAndGoIT(@Shared Stack stack) {
    this.stack = stack;
  }

  @BeforeEach
  void startKubelet() {
    kubelet = Kubelet.start(stack);
  }

  @AfterEach
  void cleanUp() {
    try {
      stack.deletePrograms();
      stack.client().pods().inNamespace(Stack.NAMESPACE).delete();
    } finally {
      kubelet.close();
    }
  }

  @Test
  @DisplayName(
      "a pod that starts gets its programs: on its control group, its binary and both ends of its"
          + " interface; a pod that is deleted leaves nothing of them")
  void followsPods() throws IOException {
    apply("pod-traffic", "cgroup_skb", "on_egress", "cgroup: {pods: %s}");
    apply(
        "pod-runs",
        "uprobe",
        "on_entry",
        "uprobe: {binary: %s, offset: %d, pods: %%s}".formatted(BUSYBOX, entry(BUSYBOX)));
    apply(
        "pod-veth",
        "tc_count",
        "on_packet",
        "tc: {interfaces: [eth0], direction: Ingress, pods: %s}");
    apply(
        "pod-inside",
        "tc_count",
        "on_packet",
        "tc: {interfaces: [eth0], direction: Egress, side: Pod, pods: %s}");
    PROGRAMS.forEach(this::awaitNoTarget);

    kubelet.run("other-1", Map.of("app", "other"), PINGS);
    kubelet.run("probe-1", Map.of("app", "probe"), PINGS);

    PROGRAMS.forEach(stack::awaitReady);
    for (String program : PROGRAMS) {
      assertThat(targets(program)).as(program).contains("probe-1").doesNotContain("other-1");
      await()
          .atMost(SOON)
          .until(() -> stack.metric("skep_program_run_total", "\"" + program + "\"") > 0);
    }
    Transcript seen = new Transcript(stack.cluster(), Path.of("target/pods-come-and-go.txt"));
    seen.kubectl("get", "bpf,pods", "-n", Stack.NAMESPACE, "-o", "wide");
    seen.kubectl("get", "bpfnode", Stack.NODE, "-o", "jsonpath={.status.programs}");

    kubelet.run("probe-2", Map.of("app", "probe"), PINGS);
    await().atMost(SOON).until(() -> targets("pod-traffic").contains("probe-2"));
    kubelet.delete("probe-1");

    for (String program : PROGRAMS) {
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(targets(program)).contains("probe-2").doesNotContain("probe-1"));
      assertThat(stack.pins(program, "links")).as(program).hasSize(1);
      stack.await(program, SOON, s -> s.phase() == Phase.Ready && s.failures().isEmpty());
    }
    kubelet.delete("probe-2");
    PROGRAMS.forEach(this::awaitNoTarget);
    PROGRAMS.forEach(program -> assertThat(stack.pins(program, "links")).as(program).isEmpty());
  }

  private void awaitNoTarget(String program) {
    stack.await(
        program,
        SOON,
        s ->
            s.failures().stream()
                .anyMatch(f -> f.reason() == Reason.NoTarget && f.message().contains("app=probe")));
  }

  private void apply(String name, String object, String function, String attach) {
    String image = stack.registry().address() + "/pods/" + object + ":v1";
    TestImages.push(image, Map.of(object + ".bpf.o", TestImages.object(object)));
    stack.apply(
        name,
        """
        image: {reference: %s}
        programs: [{function: %s, attach: {%s}}]
        """
            .formatted(image, function, attach.formatted(SELECTED)));
  }

  /** What a program's links are on; a pod that is only waited for has its name in a message. */
  private String targets(String program) {
    return stack.node().getStatus().programs().stream()
        .filter(p -> p.name().equals(program))
        .flatMap(p -> p.functions().stream())
        .flatMap(f -> f.links().stream())
        .map(LinkState::target)
        .collect(joining(", "));
  }

  /** Where in its file an executable begins to run. */
  private static long entry(Path file) throws IOException {
    ByteBuffer elf = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    long address = elf.getLong(24);
    for (int i = 0; i < elf.getShort(56); i++) {
      int at = (int) elf.getLong(32) + i * elf.getShort(54);
      long start = elf.getLong(at + 16);
      if (elf.getInt(at) == 1 && address >= start && address < start + elf.getLong(at + 32)) {
        return address - start + elf.getLong(at + 8);
      }
    }
    throw new IOException(file + " has no entry");
  }
}
