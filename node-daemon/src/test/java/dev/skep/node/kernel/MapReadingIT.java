package dev.skep.node.kernel;

import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.link;
import static dev.skep.node.kernel.TestKernel.openAFile;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reading of each kind of map that metrics come from. */
@Tag("kernel")
class MapReadingIT {
  private static final LoadKey KEY = key("maps", "aaaa");

  private final TestKernel test = new TestKernel();

  @BeforeEach
  void count() {
    test.kernel().load(request("counters", KEY));
    test.kernel().attach(KEY, link("on_openat", new Tracepoint("syscalls/sys_enter_openat")));
    openAFile();
  }

  @AfterEach
  void cleanUp() {
    test.close();
  }

  @Test
  @DisplayName("A hash: its entries")
  void hash() {
    assertThat(read("flows", 64)).isNotEmpty().allSatisfy((k, v) -> assertThat(v).hasSize(24));
  }

  @Test
  @DisplayName("An array: every slot, those that are zero too; no more than asked for")
  void array() {
    assertThat(read("slots", 100)).hasSize(4);
    assertThat(read("slots", 3)).hasSize(3);
    assertThat(sum(read("slots", 100).get(1))).isPositive();
  }

  @Test
  @DisplayName("A per-CPU map: a value for each possible CPU")
  void perCpu() {
    int cpus = Runtime.getRuntime().availableProcessors();
    Map<Integer, byte[]> slots = read("per_cpu_slots", 2);
    assertThat(slots).hasSize(2);
    assertThat(slots.get(1).length).isGreaterThanOrEqualTo(8 * cpus);
    assertThat(sum(slots.get(1))).isPositive();
    assertThat(read("per_cpu_flows", 64)).hasSize(1);
  }

  @Test
  @DisplayName("Global variables: one entry with the section's bytes")
  void globals() {
    LoadKey key = key("globals", "aaaa");
    test.kernel().load(request("globals", key));
    test.kernel().attach(key, link("on_openat", new Tracepoint("syscalls/sys_enter_openat")));
    openAFile();
    assertThat(test.count(key, ".bss")).isPositive();
    assertThat(test.count(key, ".data")).isGreaterThan(100);
    assertThat(test.kernel().observe(key).orElseThrow().maps())
        .extracting(ObservedLoad.ObservedMap::name)
        .contains(".bss", ".data", ".rodata");
  }

  @Test
  @DisplayName("A map that is not there, a ring buffer, which has no entries to read")
  void others() {
    assertThat(catchThrowableOfType(Refusal.class, () -> read("nosuch", 1)).failure().reason())
        .isEqualTo(Reason.UnknownMap);
    assertThat(read("events", 10)).isEmpty();
  }

  @Test
  @DisplayName("Runs are counted")
  void statistics() {
    long before = test.kernel().statistics(KEY).get("on_openat").runs();
    openAFile();
    assertThat(test.kernel().statistics(KEY).get("on_openat").runs()).isGreaterThan(before);
  }

  private Map<Integer, byte[]> read(String map, int max) {
    Map<Integer, byte[]> entries = new TreeMap<>();
    test.kernel()
        .readMap(
            KEY,
            map,
            max,
            (k, v) -> entries.put(k.length == 4 ? number(k) : entries.size(), v.clone()));
    return entries;
  }

  private static int number(byte[] key) {
    return ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  private static long sum(byte[] value) {
    ByteBuffer numbers = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    long sum = 0;
    while (numbers.remaining() >= 8) {
      sum += numbers.getLong();
    }
    return sum;
  }
}
