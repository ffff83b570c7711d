package dev.skep.tests.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.api.v1alpha1.BpfNodeSpec.NodeFacts;
import dev.skep.api.v1alpha1.BpfNodeStatus.FunctionState;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfProgramStatus.Phase;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.inspect.ObjectReport.ObjectGlobal;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What maps and globals take from ConfigMaps and from the Node, and how they follow them. */
class MapsFollowTheClusterIT {
  private static final String ZONE = "topology.kubernetes.io/zone";
  private static final Duration SOON = Duration.ofSeconds(20);

  private final Stack stack;
  private String image;

  MapsFollowTheClusterIT(@Shared Stack stack) {
    this.stack = stack;
  }

  @BeforeEach
  void push() {
    String reference = stack.registry().address() + "/story/entries:v1";
    TestImages.push(reference, Map.of("entries.bpf.o", TestImages.object("entries")));
    image = "image: {reference: " + reference + "}\n";
  }

  @AfterEach
  void clean() {
    stack.deletePrograms();
    stack.client().configMaps().inNamespace(Stack.NAMESPACE).withName("lists").delete();
    node(node -> node.getMetadata().getLabels().remove(ZONE));
  }

  @Test
  @DisplayName("a ConfigMap is waited for, followed without a load, and said when it is wrong")
  void configMap() {
    stack.apply(
        "filter",
        image
            + """
              maps:
              - name: blocked
                entries: [{key: 10.0.0.0/8, value: 1}]
                entriesFrom: [{configMap: {name: lists, key: bad}}]
              """);
    BpfProgramStatus waiting =
        stack.await("filter", SOON, s -> reasons(s).anyMatch(Reason.ConfigMapNotFound::equals));
    assertThat(waiting.failures().getFirst().message())
        .isEqualTo(
            "maps[0].entriesFrom[0].configMap: there is no ConfigMap lists in the program's"
                + " namespace yet");

    list("192.168.0.0/16: 2");
    BpfProgramStatus ready = stack.awaitReady("filter");
    assertThat(entries("filter", "blocked"))
        .isEqualTo(Map.of("080000000a000000", "01000000", "10000000c0a80000", "02000000"));
    List<FunctionState> functions = state("filter").functions();

    list("- {key: 172.16.0.0/12, value: 3}");
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(entries("filter", "blocked"))
                    .isEqualTo(
                        Map.of("080000000a000000", "01000000", "0c000000ac100000", "03000000")));
    BpfProgramStatus later =
        stack.await(
            "filter",
            SOON,
            s -> s.phase() == Phase.Ready && !s.revision().equals(ready.revision()));
    assertThat(state("filter").functions())
        .extracting(FunctionState::programId)
        .isEqualTo(functions.stream().map(FunctionState::programId).toList());

    list("10.0.0.300/8: 1");
    BpfProgramStatus wrong =
        stack.await("filter", SOON, s -> reasons(s).anyMatch(Reason.InvalidEntry::equals));
    assertThat(wrong.failures().getFirst().message())
        .isEqualTo(
            "maps[0], ConfigMap lists, key bad, entry [0].key: \"10.0.0.300/8\" is not an IPv4"
                + " network, e.g. 10.0.0.0/8");
    assertThat(wrong.revision()).isEqualTo(later.revision());
    assertThat(entries("filter", "blocked")).hasSize(2);
  }

  @Test
  @DisplayName("a label and an address of the Node are waited for, and a change loads anew")
  void nodeValues() {
    stack.apply(
        "here",
        image
            + """
              globals:
                zone: {nodeLabel: %s}
                local_ip: {nodeField: internalIP}
                node_name: {nodeField: name}
              """
                .formatted(ZONE));
    stack.await("here", SOON, s -> reasons(s).anyMatch(Reason.NodeValueMissing::equals));

    node(
        node -> {
          node.getMetadata().getLabels().put(ZONE, "eu-1");
        });
    stack
        .client()
        .nodes()
        .withName(Stack.NODE)
        .editStatus(
            node -> {
              node.getStatus().setAddresses(List.of(new NodeAddress("192.0.2.7", "InternalIP")));
              return node;
            });
    stack.awaitReady("here");
    assertThat(stack.node().getSpec().node())
        .isEqualTo(new NodeFacts("192.0.2.7", null, Map.of(ZONE, "eu-1")));
    assertThat(global("here", "zone")).startsWith("eu-1".getBytes());
    assertThat(global("here", "node_name")).startsWith(Stack.NODE.getBytes());
    assertThat(global("here", "local_ip")).containsExactly((byte) 192, 0, 2, 7);
    int before = state("here").functions().getFirst().programId();

    node(node -> node.getMetadata().getLabels().put(ZONE, "eu-2"));
    await().atMost(SOON).until(() -> state("here").functions().getFirst().programId() != before);
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(state("here").state()).isEqualTo(State.Attached));
    assertThat(global("here", "zone")).startsWith("eu-2".getBytes());
    assertThat(stack.pins("here", "programs")).hasSize(1);
  }

  private static Stream<Reason> reasons(BpfProgramStatus status) {
    return status.failures().stream().map(BpfProgramStatus.FailureGroup::reason);
  }

  private void list(String text) {
    stack
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(Stack.NAMESPACE)
                .withName("lists")
                .endMetadata()
                .withData(Map.of("bad", text))
                .build())
        .serverSideApply();
  }

  private void node(Consumer<Node> change) {
    stack
        .client()
        .nodes()
        .withName(Stack.NODE)
        .edit(
            node -> {
              change.accept(node);
              return node;
            });
  }

  private ProgramState state(String program) {
    return stack.node().getStatus().programs().stream()
        .filter(p -> p.name().equals(program))
        .findFirst()
        .orElseThrow();
  }

  private Map<String, String> entries(String program, String map) {
    Map<String, String> entries = new TreeMap<>();
    HexFormat hex = HexFormat.of();
    try (Fd fd = Libbpf.get().open(pin(program, map).toString())) {
      Libbpf.get()
          .reader(fd)
          .read(100, (key, value) -> entries.put(hex.formatHex(key), hex.formatHex(value)));
    }
    return entries;
  }

  private Path pin(String program, String map) {
    return stack.pins(program, "maps").stream()
        .filter(p -> p.endsWith(map))
        .findFirst()
        .orElseThrow();
  }

  private byte[] global(String program, String name) {
    ObjectGlobal global =
        ObjectInspector.inspect(TestImages.object("entries")).global(name).orElseThrow();
    String section = entries(program, "_rodata").values().iterator().next();
    return Arrays.copyOfRange(
        HexFormat.of().parseHex(section), global.offset(), global.offset() + global.size());
  }
}
