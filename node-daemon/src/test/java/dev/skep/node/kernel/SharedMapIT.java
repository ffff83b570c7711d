package dev.skep.node.kernel;

import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.MapOverride.SharedMap;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.inspect.EntryEncoder.Entry;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One map of this machine's kernel in several programs. */
class SharedMapIT {
  private static final LoadKey OWNER = key("owner", "aaaa");
  private static final LoadKey USER = key("user", "bbbb-11112222");

  private final TestKernel test = new TestKernel();

  @AfterEach
  void cleanUp() {
    test.close();
  }

  private static MapOverride from(String name, SharedMap shared) {
    return new MapOverride(name, null, null, null, shared);
  }

  private static LoadRequest sharing(LoadKey key, MapOverride... maps) {
    return sharing("entries", key, maps);
  }

  private static LoadRequest sharing(String object, LoadKey key, MapOverride... maps) {
    LoadRequest r = request(object, key);
    return new LoadRequest(
        r.key(), r.object(), r.report(), r.functions(), r.globals(), List.of(maps), r.reuse());
  }

  private int mapId(LoadKey load, String name) {
    return test.kernel().observe(load).orElseThrow().maps().stream()
        .filter(m -> m.name().equals(name))
        .findFirst()
        .orElseThrow()
        .id();
  }

  private Failure refused(LoadRequest request) {
    return catchThrowableOfType(Refusal.class, () -> test.kernel().load(request)).failure();
  }

  @Test
  @DisplayName("Another program's map, by another name too; it outlives its owner")
  void ofAProgram() {
    MapOverride slots = from("slots", new SharedMap("owner", null, null));
    MapOverride tenant = from("tenant_b", new SharedMap("owner", "tenant_a", null));
    assertThat(test.kernel().sharedMap(USER, slots)).isEmpty();
    assertThat(refused(sharing(USER, slots)).reason()).isEqualTo(Reason.SharedMapNotFound);

    test.kernel().load(request("entries", OWNER));
    int id = mapId(OWNER, "slots");
    assertThat(test.kernel().sharedMap(USER, slots)).isEqualTo(OptionalInt.of(id));
    test.kernel().load(sharing(USER, slots, tenant));
    assertThat(mapId(USER, "slots")).isEqualTo(id);
    assertThat(mapId(USER, "tenant_b")).isEqualTo(mapId(OWNER, "tenant_a"));
    assertThat(mapId(USER, "allowed")).isNotEqualTo(mapId(OWNER, "allowed"));

    test.kernel().unload(OWNER);
    assertThat(test.kernel().sharedMap(USER, slots)).isEqualTo(OptionalInt.of(id));
    // Of another hash: a program that shared nothing before has nothing to keep.
    assertThat(test.kernel().sharedMap(key("user", "cccc"), slots)).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("A map of interfaces, to whose flags the kernel adds one")
  @ValueSource(strings = {"ports", "ports_by_index"})
  void ofInterfaces(String name) {
    test.kernel().load(request("completed_maps", OWNER));
    test.kernel()
        .load(sharing("completed_maps", USER, from(name, new SharedMap("owner", null, null))));
    assertThat(mapId(USER, name)).isEqualTo(mapId(OWNER, name));
  }

  @Test
  @DisplayName("Each of two programs keeps its own entries in a shared map")
  void entriesOfTwo() {
    MapOverride macs = from("macs", new SharedMap("owner", null, null));
    test.kernel().load(request("entries", OWNER));
    test.kernel().load(sharing(USER, macs));
    List<DeclaredMap> owners = List.of(mac(1));
    List<DeclaredMap> users = List.of(mac(2));
    test.kernel().fill(OWNER, owners);
    test.kernel().fill(USER, users);
    assertThat(test.kernel().unfilled(OWNER, owners)).isEmpty();
    assertThat(test.kernel().unfilled(USER, users)).isEmpty();
    assertThat(entries(OWNER)).isEqualTo(2);

    test.kernel().unload(USER);
    assertThat(entries(OWNER)).isEqualTo(1);
    assertThat(test.kernel().unfilled(OWNER, owners)).isEmpty();
  }

  private static DeclaredMap mac(int last) {
    Entry entry = new Entry(new byte[] {2, 0, 0, 0, 0, (byte) last}, new byte[] {1}, null);
    return new DeclaredMap("maps[0]", "macs", List.of(entry));
  }

  private int entries(LoadKey load) {
    int[] count = {0};
    test.kernel().readMap(load, "macs", 100, (k, v) -> count[0]++);
    return count[0];
  }

  @Test
  @DisplayName("A map of another shape is refused, and what differs is named")
  void otherShape() {
    test.kernel().load(request("entries", OWNER));
    Failure failure = refused(sharing(USER, from("slots", new SharedMap("owner", "macs", null))));
    assertThat(failure.reason()).isEqualTo(Reason.IncompatibleMap);
    assertThat(failure.message())
        .isEqualTo(
            "map macs of program owner is another than map slots of this object (there → here):"
                + " type hash → array, key_size 6 → 4, value_size 1 → 8");
  }

  @Test
  @DisplayName("A map pinned by the administrator beside our pins, and nothing else")
  void pinned() throws IOException {
    Path folder = test.pins.resolveSibling(test.pins.getFileName() + "-shared");
    MapOverride slots = from("slots", new SharedMap(null, null, "slots_of_all"));
    assertThat(test.kernel().sharedMap(USER, slots)).isEmpty();
    Files.createDirectory(folder);
    try {
      test.kernel().load(request("entries", OWNER));
      int id = mapId(OWNER, "slots");
      try (Fd map = Libbpf.get().open(test.pins + "/it/owner/aaaa/maps/slots")) {
        Libbpf.get().pin(map.number(), folder.resolve("slots_of_all").toString());
      }
      test.kernel().unload(OWNER);
      assertThat(test.kernel().sharedMap(USER, slots)).isEqualTo(OptionalInt.of(id));
      test.kernel().load(sharing(USER, slots));
      assertThat(mapId(USER, "slots")).isEqualTo(id);
      assertThat(
              catchThrowableOfType(
                      Refusal.class,
                      () ->
                          test.kernel()
                              .sharedMap(USER, from("x", new SharedMap(null, null, "../owner"))))
                  .failure()
                  .reason())
          .isEqualTo(Reason.LoadFailed);
    } finally {
      Files.deleteIfExists(folder.resolve("slots_of_all"));
      Files.delete(folder);
    }
  }
}
