package dev.skep.node.kernel;

import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.link;
import static dev.skep.node.kernel.TestKernel.openAFile;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.skep.api.v1alpha1.BpfProgramSpec.OnIncompatibleMap;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.artifact.inspect.ObjectInspector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What one load hands to the next. */
@Tag("kernel")
class ReplacementIT {
  private static final WantedLink OPENAT =
      link("on_openat", new Tracepoint("syscalls/sys_enter_openat"));
  private static final LoadKey OLD = key("counter", "aaaa");
  private static final LoadKey NEW = key("counter", "bbbb");

  private final TestKernel test = new TestKernel();

  @AfterEach
  void cleanUp() {
    test.close();
  }

  @Test
  @DisplayName("A map of the same shape is carried over with its contents")
  void carriesMaps() {
    test.kernel().load(request("tp", OLD));
    ObservedLink old = test.kernel().attach(OLD, OPENAT);
    openAFile();
    long counted = test.count(OLD, "hits");
    assertThat(counted).isPositive();

    test.kernel().load(request("tp_v2", NEW, OLD));
    assertThat(test.count(NEW, "hits")).isGreaterThanOrEqualTo(counted);
    test.kernel().attach(NEW, OPENAT);
    test.kernel().detach(old);
    test.kernel().unload(OLD);
    long before = test.count(NEW, "hits");
    openAFile();
    assertThat(test.count(NEW, "hits")).isGreaterThanOrEqualTo(before + 1000);
  }

  @Test
  @DisplayName("A map that libbpf or the kernel makes otherwise than it is defined is carried over")
  void carriesCompletedMaps() {
    test.kernel().load(request("completed_maps", OLD));
    ObservedLoad next = test.kernel().load(request("completed_maps", NEW, OLD));
    assertThat(next.maps())
        .isNotEmpty()
        .allSatisfy(m -> assertThat(m.id()).as(m.name()).isEqualTo(mapId(OLD, m.name())));
    assertThat(next.emptied()).isEmpty();
  }

  @Test
  @DisplayName("A map of another shape begins empty, and it is known why")
  void doesNotCarryOtherShapes() {
    test.kernel().load(request("tp", OLD));
    test.kernel().attach(OLD, OPENAT);
    openAFile();
    test.kernel().load(request("tp_incompatible", NEW, OLD));
    assertThat(test.count(NEW, "hits")).isZero();
    assertThat(mapId(NEW, "hits")).isNotEqualTo(mapId(OLD, "hits"));
    assertThat(test.startAgain().observe(NEW).orElseThrow().emptied())
        .as("a later daemon still says so")
        .containsOnlyKeys("hits");
  }

  @Test
  @DisplayName("An override of its size makes a map anew")
  void overridesSize() {
    test.kernel().load(request("counters", OLD));
    LoadRequest r = request("counters", NEW, OLD);
    test.kernel()
        .load(
            new LoadRequest(
                r.key(),
                r.object(),
                r.report(),
                r.functions(),
                r.globals(),
                List.of(MapOverride.ofSize("flows", 128)),
                r.reuse()));
    assertThat(map(NEW, "flows").maxEntries()).isEqualTo(128);
    assertThat(mapId(NEW, "flows")).isNotEqualTo(mapId(OLD, "flows"));
    assertThat(mapId(NEW, "slots")).isEqualTo(mapId(OLD, "slots"));
  }

  @Test
  @DisplayName("Variables in .bss go on where they lie as they did, and only there")
  void bss() {
    LoadKey third = key("counter", "cccc");
    test.kernel().load(request("bss_a", OLD));
    ObservedLink link = test.kernel().attach(OLD, OPENAT);
    openAFile();
    test.kernel().detach(link);
    assertThat(first(OLD, "bss_a")).isPositive();

    test.kernel().load(request("bss_c", NEW, OLD));
    assertThat(first(NEW, "bss_c")).isEqualTo(first(OLD, "bss_a"));
    test.kernel().load(request("bss_b", third, OLD));
    assertThat(first(third, "bss_b")).isZero();
    assertThat(mapId(third, ".bss")).isNotEqualTo(mapId(OLD, ".bss"));
  }

  private long first(LoadKey load, String object) {
    int at =
        ObjectInspector.inspect(TestKernel.object(object)).global("first").orElseThrow().offset();
    long[] value = {0};
    test.kernel()
        .readMap(
            load,
            ".bss",
            1,
            (k, v) -> value[0] = ByteBuffer.wrap(v).order(ByteOrder.LITTLE_ENDIAN).getLong(at));
    return value[0];
  }

  @Test
  @DisplayName("With Refuse, a map that cannot be carried over is named, and the old load stays")
  void refuses() {
    test.kernel().load(request("tp", OLD));
    LoadRequest r = request("tp_incompatible", NEW, OLD);
    Refusal refused =
        catchThrowableOfType(
            Refusal.class,
            () ->
                test.kernel()
                    .load(
                        new LoadRequest(
                            r.key(),
                            r.object(),
                            r.report(),
                            r.functions(),
                            r.targets(),
                            r.globals(),
                            List.of(),
                            OnIncompatibleMap.Refuse,
                            r.reuse())));
    assertThat(refused.failure().reason()).isEqualTo(Reason.IncompatibleMap);
    assertThat(refused.failure().message()).startsWith("map hits: ").contains(" → ");
    assertThat(test.kernel().observe()).extracting(ObservedLoad::key).containsExactly(OLD);
  }

  @Test
  @DisplayName("A global has the value that was asked for")
  void setsGlobals() {
    long me = ProcessHandle.current().pid();
    test.kernel().load(request("tp", OLD, Map.of("target_pid", IntNode.valueOf((int) me + 1))));
    test.kernel().attach(OLD, OPENAT);
    openAFile();
    assertThat(test.count(OLD, "hits")).isZero();

    test.kernel().load(request("tp", NEW, Map.of("target_pid", IntNode.valueOf((int) me)), OLD));
    test.kernel().attach(NEW, OPENAT);
    openAFile();
    assertThat(test.count(NEW, "hits")).isPositive();
  }

  @Test
  @DisplayName("An XDP link changes its program and keeps its kernel id")
  void replacesInPlace() {
    try (TestVeth veth = new TestVeth()) {
      WantedLink wanted = link("count_packets", new Xdp(List.of(veth.name), null));
      test.kernel().load(request("xdp_count", OLD));
      ObservedLink old = test.kernel().attach(OLD, wanted);
      veth.ping();
      long counted = test.count(OLD, "packets");

      test.kernel().load(request("xdp_count", NEW, OLD));
      ObservedLink moved = test.kernel().replace(old, NEW, wanted);
      assertThat(moved.alive()).isTrue();
      assertThat(moved.load()).isEqualTo(NEW);
      assertThat(moved.linkIds()).isEqualTo(old.linkIds());
      assertThat(test.kernel().observe(OLD).orElseThrow().links()).isEmpty();

      test.kernel().unload(OLD);
      veth.ping();
      assertThat(test.count(NEW, "packets")).isGreaterThan(counted);
      assertThat(test.startAgain().observe(NEW).orElseThrow().links()).containsExactly(moved);
    }
  }

  private ObservedLoad.ObservedMap map(LoadKey key, String name) {
    return test.kernel().observe(key).orElseThrow().maps().stream()
        .filter(m -> m.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private int mapId(LoadKey key, String name) {
    return map(key, name).id();
  }
}
