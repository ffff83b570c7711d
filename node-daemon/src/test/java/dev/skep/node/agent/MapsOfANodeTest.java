package dev.skep.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skep.api.v1alpha1.BpfNodeSpec.NodeFacts;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.MapEntry;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.MapOverride.SharedMap;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.node.kernel.LoadKey;
import dev.skep.node.kernel.ObservedLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Entries, shared maps, and globals that each node knows for itself. */
class MapsOfANodeTest extends WithAgent {
  private static final ObjectNode LOCAL_IP =
      JsonNodeFactory.instance.objectNode().put("nodeField", "internalIP");
  private static final ObjectNode ZONE =
      JsonNodeFactory.instance.objectNode().put("nodeLabel", "zone");
  private static final MapOverride SHARED =
      new MapOverride("allowed", null, null, null, new SharedMap("owner", null, null));

  @BeforeEach
  void startAgent() throws IOException {
    start(
        ObjectInspector.inspect(
            Files.readAllBytes(Path.of(System.getProperty("skep.bpf"), "entries.bpf.o"))));
  }

  @Test
  @DisplayName("maps are filled before the program is attached; other entries load nothing")
  void entries() {
    source.program("a", "a-1", Map.of(), entry(1)).apply();
    awaitState("a", State.Attached);
    source.program("a", "a-2", Map.of(), entry(2)).apply();
    await().until(() -> calls("fill").size() >= 2);
    source.program("a", "a-3", Map.of()).apply();
    await().until(() -> calls("fill").size() == 3);

    assertThat(kernel.calls())
        .containsExactly(
            "load ns/a@load",
            "fill ns/a@load [allowed]",
            "attach ns/a@load f tracepoint a/b",
            "fill ns/a@load [allowed]",
            "fill ns/a@load []");
  }

  @Test
  @DisplayName("what somebody changed in a map is put right at the next look")
  void drift() {
    source.program("a", "a-1", Map.of(), entry(1)).apply();
    awaitState("a", State.Attached);
    kernel.fill(key("a"), List.of());

    agent.resync();

    await().until(() -> calls("fill").size() == 3);
    assertThat(calls("load")).hasSize(1);
  }

  @Test
  @DisplayName("a map without room is the program's failure, and nothing new is attached, ever")
  void full() throws InterruptedException {
    kernel.refuse(
        call ->
            call.startsWith("fill")
                ? Optional.of(Failure.of(Reason.MapFull, "full"))
                : Optional.empty());
    source.program("a", "a-1", Map.of(), entry(1)).apply();

    awaitState("a", State.Failed);
    assertThat(row("a").reason()).isEqualTo(Reason.MapFull);
    await().until(() -> calls("fill").size() >= 2);
    Thread.sleep(100);
    assertThat(calls("attach")).isEmpty();
  }

  @Test
  @DisplayName("who shares a map waits for its owner, follows when it is made anew, and keeps it")
  void shared() {
    source.program("user", "u-1", Map.of(), SHARED).apply();
    awaitState("user", State.Pending);
    assertThat(row("user").reason()).isEqualTo(Reason.SharedMapNotFound);
    assertThat(row("user").message())
        .isEqualTo(
            "maps allowed.sharedFrom: program ns/owner with such a map is not loaded on this node"
                + " yet");

    source.program("owner", "o-1", Map.of()).apply();
    awaitState("user", State.Attached);
    String first = key("user").load();
    assertThat(first).matches("load-[0-9a-f]{8}");

    source.program("owner", "o-2", "other", new Tracepoint("a/b")).apply();
    await().until(() -> loads("user") == 1 && !key("user").load().equals(first));
    awaitState("user", State.Attached);
  }

  @Test
  @DisplayName("a value of the node that changes is a new load, attached before the old one goes")
  void nodeValue() {
    source.program("a", "a-1", Map.of("local_ip", LOCAL_IP, "cpus", IntNode.valueOf(2))).apply();
    awaitState("a", State.Pending);
    assertThat(row("a").message()).isEqualTo("globals.local_ip: this node has no internalIP yet");

    source.node(new NodeFacts("10.0.0.1", null, null)).apply();
    awaitState("a", State.Attached);
    String first = key("a").load();
    source.node(new NodeFacts("10.0.0.2", null, null)).apply();
    await().until(() -> loads("a") == 1 && !key("a").load().equals(first));

    assertThat(calls("").stream().map(call -> call.replaceFirst(" .*", "")))
        .containsExactly("load", "attach", "load", "attach", "detach", "unload");
  }

  @Test
  @DisplayName("a label that is not the program's concern changes nothing")
  void otherLabel() throws InterruptedException {
    source.node(new NodeFacts(null, null, Map.of("zone", "a")));
    source.program("a", "a-1", Map.of("zone", ZONE)).apply();
    awaitState("a", State.Attached);

    source.node(new NodeFacts("10.9.9.9", null, Map.of("zone", "a", "other", "b"))).apply();
    Thread.sleep(100);

    assertThat(calls("load")).hasSize(1);
  }

  private static MapOverride entry(int key) {
    return MapOverride.ofEntries(
        "allowed", List.of(new MapEntry(IntNode.valueOf(key), IntNode.valueOf(1))));
  }

  private List<String> calls(String begin) {
    return kernel.calls().stream().filter(call -> call.startsWith(begin)).toList();
  }

  private LoadKey key(String program) {
    return kernel.observe().stream()
        .map(ObservedLoad::key)
        .filter(key -> key.name().equals(program))
        .findFirst()
        .orElseThrow();
  }

  private long loads(String program) {
    return kernel.observe().stream().filter(l -> l.key().name().equals(program)).count();
  }
}
