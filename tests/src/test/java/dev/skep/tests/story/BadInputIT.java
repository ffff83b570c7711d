package dev.skep.tests.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfProgramStatus.FailureGroup;
import dev.skep.api.v1alpha1.BpfProgramStatus.Phase;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.process.Command;
import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a user reads in the resource's status when the input is wrong. Every message is also written
 * to target/bad-input.md, so that somebody can read them as a whole.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {
  private static final Path MESSAGES = Path.of("target/bad-input.md");
  private final Stack stack;

  BadInputIT(@Shared Stack stack) {
    this.stack = stack;
  }

  @BeforeAll
  void pushImages() throws IOException {
    Files.deleteIfExists(MESSAGES);
    byte[] tp = TestImages.object("tp");
    push("tp", Map.of("tp.bpf.o", tp));
    push("no-elf", Map.of("README", "not a program".getBytes()));
    push("two-elf", Map.of("a.bpf.o", tp, "b.bpf.o", TestImages.object("xdp_count")));
    push("not-an-elf", Map.of("tp.bpf.o", "#!/bin/sh\nexit 1\n".getBytes()));
    push("truncated", Map.of("tp.bpf.o", java.util.Arrays.copyOf(tp, tp.length / 2)));
    push("x86", Map.of("tp.bpf.o", Files.readAllBytes(Path.of("/bin/true"))));
    push("huge", Map.of("tp.bpf.o", java.util.Arrays.copyOf(tp, 200 << 20)));
    push("globals", Map.of("globals.bpf.o", TestImages.object("globals")));
    push("rejected", Map.of("rejected.bpf.o", TestImages.object("rejected")));
    push("million", Map.of("million.bpf.o", aMillionInstructions()));
    for (String name :
        new String[] {
          "xdp_count",
          "cgroup_skb",
          "uprobe",
          "kprobe",
          "fentry",
          "tc_count",
          "needs",
          "kfunc",
          "entries"
        }) {
      push(name, Map.of(name + ".bpf.o", TestImages.object(name)));
    }
  }

  /** Compiled here: nobody else wants an object of 8 MB. */
  private static byte[] aMillionInstructions() throws IOException {
    Path folder = Files.createTempDirectory("skep-million");
    Path source =
        Files.writeString(
            folder.resolve("million.bpf.c"),
            """
            __attribute__((section("tracepoint/syscalls/sys_enter_openat"), used))
            int endless(void *ctx)
            {
              asm volatile(".rept 1000001\\nr0 = 0\\n.endr" ::: "r0");
              return 0;
            }
            char licence[] __attribute__((section("license"), used)) = "GPL";
            """);
    Path object = folder.resolve("million.bpf.o");
    Command.of("clang", "-g", "-O2", "-target", "bpf")
        .and("-c", source.toString(), "-o", object.toString())
        .output();
    byte[] bytes = Files.readAllBytes(object);
    Files.delete(object);
    Files.delete(source);
    Files.delete(folder);
    return bytes;
  }

  private void push(String name, Map<String, byte[]> files) {
    TestImages.push(stack.registry().address() + "/bad/" + name + ":v1", files);
  }

  @AfterEach
  void removePrograms() {
    stack.deletePrograms();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  @DisplayName("the status names the cause")
  void theStatusNamesTheCause(String what, String image, String spec, Reason reason, String[] words)
      throws IOException {
    stack.apply(
        "wrong",
        """
        image: {reference: %s}
        %s
        """
            .formatted(image.replace("REGISTRY", stack.registry().address()), spec));

    BpfProgramStatus status =
        stack.await("wrong", Duration.ofSeconds(20), s -> !s.failures().isEmpty());

    FailureGroup failure = status.failures().getFirst();
    Files.writeString(
        MESSAGES,
        "- **%s**: phase %s, `%s`: %s\n"
            .formatted(what, status.phase(), failure.reason(), failure.message()),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure.message()).contains(words);
    assertThat(failure.message()).hasSizeLessThan(2000);
    assertThat(status.phase()).isNotEqualTo(Phase.Ready);
    assertThat(status.conditions())
        .anySatisfy(
            c -> {
              assertThat(c.getType()).isEqualTo("Ready");
              assertThat(c.getStatus()).isEqualTo("False");
            });
  }

  static Stream<Arguments> wrong() {
    String tp = "REGISTRY/bad/tp:v1";
    return Stream.of(
        wrong(
            "image that does not exist",
            "REGISTRY/bad/nothing:v1",
            "",
            Reason.ImageNotFound,
            "bad/nothing"),
        wrong("tag that does not exist", "REGISTRY/bad/tp:v9", "", Reason.ImageNotFound, "v9"),
        wrong("reference that is none", "REGISTRY/Bad//tp", "", Reason.InvalidReference, "Bad//tp"),
        wrong(
            "registry that is not there",
            "127.0.0.1:1/bad/tp:v1",
            "",
            Reason.RegistryUnreachable,
            "127.0.0.1:1"),
        wrong("image without an ELF", "REGISTRY/bad/no-elf:v1", "", Reason.NoElf, "no-elf"),
        wrong(
            "image with two ELFs",
            "REGISTRY/bad/two-elf:v1",
            "",
            Reason.AmbiguousElf,
            "a.bpf.o",
            "b.bpf.o"),
        wrong("not an ELF", "REGISTRY/bad/not-an-elf:v1", "", Reason.NotAnElf, "clang -target bpf"),
        wrong(
            "truncated ELF",
            "REGISTRY/bad/truncated:v1",
            "",
            Reason.TruncatedElf,
            "section table",
            "ends at"),
        wrong("x86 ELF", "REGISTRY/bad/x86:v1", "", Reason.WrongMachine, "x86-64", "-target bpf"),
        wrong("200 MB ELF", "REGISTRY/bad/huge:v1", "", Reason.TooLarge, "16 MiB"),
        wrong(
            "function not in the object",
            tp,
            "programs: [{function: count_opens}]",
            Reason.UnknownFunction,
            "count_opens"),
        wrong(
            "wrong attach type for the function",
            tp,
            "programs: [{function: on_openat, attach: {xdp: {interfaces: [lo]}}}]",
            Reason.WrongAttachType,
            "xdp",
            "tracepoint"),
        wrong(
            "no target for an xdp program",
            "REGISTRY/bad/xdp_count:v1",
            "",
            Reason.NoAttachTarget,
            "interfaces"),
        wrong(
            "unknown global",
            tp,
            "globals: {target_pidd: 1}",
            Reason.UnknownGlobal,
            "target_pidd",
            "target_pid"),
        wrong(
            "value too large for its type",
            "REGISTRY/bad/globals:v1",
            "globals: {limit: 99999999999}",
            Reason.InvalidGlobal,
            "99999999999",
            "4294967295"),
        wrong(
            "text for a number",
            "REGISTRY/bad/globals:v1",
            "globals: {limit: many}",
            Reason.InvalidGlobal,
            "many"),
        wrong(
            "unknown map",
            tp,
            "maps: [{name: nothing, maxEntries: 10}]",
            Reason.UnknownMap,
            "nothing"),
        wrong(
            "metric of an unknown map",
            tp,
            "metrics: [{name: x_total, type: counter, map: nothing}]",
            Reason.InvalidMetric,
            "nothing"),
        wrong(
            "unknown tracepoint",
            tp,
            "programs: [{function: on_openat, attach: {tracepoint: {name: syscalls/sys_enter_opne}}}]",
            Reason.TracepointNotFound,
            "sys_enter_opne"),
        wrong(
            "unknown interface",
            "REGISTRY/bad/xdp_count:v1",
            "programs: [{function: count_packets, attach: {xdp: {interfaces: [nosuch0]}}}]",
            Reason.InterfaceNotFound,
            "nosuch0"),
        wrong(
            "unknown cgroup",
            "REGISTRY/bad/cgroup_skb:v1",
            "programs: [{function: on_egress, attach: {cgroup: {path: /no/such}}}]",
            Reason.CgroupNotFound,
            "/no/such"),
        wrong(
            "unknown binary",
            "REGISTRY/bad/uprobe:v1",
            "programs: [{function: on_entry, attach: {uprobe: {binary: /usr/bin/nosuch, symbol: main}}}]",
            Reason.BinaryNotFound,
            "/usr/bin/nosuch"),
        wrong(
            "unknown symbol",
            "REGISTRY/bad/uprobe:v1",
            "programs: [{function: on_entry, attach: {uprobe: {binary: /bin/bash, symbol: no_such_symbol}}}]",
            Reason.SymbolNotFound,
            "no_such_symbol",
            "/bin/bash"),
        wrong(
            "kprobe on a kernel without kprobes",
            "REGISTRY/bad/kprobe:v1",
            "",
            Reason.Incompatible,
            "kprobe"),
        wrong(
            "fentry on a kernel that refuses it",
            "REGISTRY/bad/fentry:v1",
            "",
            Reason.Incompatible,
            "fentry"),
        wrong(
            "pattern of interfaces that matches none",
            "REGISTRY/bad/xdp_count:v1",
            "programs: [{function: count_packets, attach: {xdp: {interfaces: ['nosuch*']}}}]",
            Reason.NoTarget,
            "nosuch*"),
        wrong(
            "pattern of cgroups that matches none",
            "REGISTRY/bad/cgroup_skb:v1",
            "programs: [{function: on_egress, attach: {cgroup: {path: '/no-such-*'}}}]",
            Reason.NoTarget,
            "/no-such-*"),
        wrong(
            "a field that the kernel's type has not",
            "REGISTRY/bad/needs:v1",
            "programs: [{function: plain}, {function: missing_field}]",
            Reason.Incompatible,
            "task_struct.no_such_field"),
        wrong(
            "a kernel function that there is not",
            "REGISTRY/bad/kfunc:v1",
            "programs: [{function: calls, attach: {tc: {interfaces: [lo], direction: Ingress}}}]",
            Reason.Incompatible,
            "skep_no_such_kfunc"),
        wrong(
            "no function of a group that the kernel takes",
            "REGISTRY/bad/needs:v1",
            "programs: [{function: by_fentry, fallbacks: [by_kprobe]}]",
            Reason.Incompatible,
            "by_fentry is of type fentry",
            "instead of it by_kprobe is of type kprobe"),
        wrong(
            "a fallback that the object has not",
            "REGISTRY/bad/needs:v1",
            "programs: [{function: by_fentry, fallbacks: [by_kprobes]}]",
            Reason.UnknownFunction,
            "programs[0].fallbacks[0]",
            "did you mean by_kprobe?"),
        wrong(
            "a function that stands in for two",
            "REGISTRY/bad/needs:v1",
            "programs: [{function: by_fentry, fallbacks: [plain]}, {function: by_kprobe, fallbacks: [plain]}]",
            Reason.WrongAttachType,
            "programs[1].fallbacks[0]",
            "plain"),
        wrong(
            "a program of a million instructions",
            "REGISTRY/bad/million:v1",
            "",
            Reason.TooLarge,
            "endless has 1000003 instructions",
            "a million at most"),
        wrong(
            "an entry that does not fit its map",
            "REGISTRY/bad/entries:v1",
            "maps: [{name: blocked, entries: [{key: 10.0.0.0/8, value: 1}, {key: 10.0.0.300/24, value: 1}]}]",
            Reason.InvalidEntry,
            "maps[0].entries[1].key"),
        wrong(
            "a program the verifier rejects",
            "REGISTRY/bad/rejected:v1",
            "",
            Reason.VerifierRejected,
            "map_value_or_null"));
  }

  private static Arguments wrong(
      String what, String image, String spec, Reason reason, String... words) {
    return Arguments.of(what, image, spec, reason, words);
  }

  @org.junit.jupiter.api.Test
  @DisplayName("what stands in for a function the kernel refuses runs, and the node says for which")
  void fallbackRuns() throws IOException {
    stack.apply(
        "wrong",
        """
        image: {reference: %s/bad/needs:v1}
        programs:
        - {function: by_fentry, fallbacks: [by_kprobe, plain]}
        - {function: missing_field, optional: true}
        """
            .formatted(stack.registry().address()));
    stack.awaitReady("wrong");
    String row =
        stack.node().getStatus().programs().stream()
            .filter(p -> p.name().equals("wrong"))
            .findFirst()
            .orElseThrow()
            .message();
    Files.writeString(
        MESSAGES,
        "- **fallback and optional**: Ready; the node's row: %s\n".formatted(row),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    assertThat(row)
        .contains("plain runs in place of by_fentry: by_fentry is of type fentry: ")
        .contains("goes without missing_field: missing_field needs the field task_struct");
  }
}
