package dev.skep.artifact.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.management.ThreadMXBean;
import dev.skep.api.v1alpha1.MapEntry;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.Objects;
import dev.skep.artifact.inspect.ObjectReport.ObjectGlobal;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Whatever the bytes are, the answer is a report or a refusal")
class HostileObjectTest {
  /** Kinds of struct btf_type, where its info has them. */
  private static final int INT = 1 << 24;

  private static final int ARRAY = 3 << 24;
  private static final int STRUCT = 4 << 24;
  private static final int VARIABLE = 14 << 24;
  private static final int DATA_SECTION = 15 << 24;

  private static final long BOUND = 64L << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @ValueSource(strings = {"counters", "globals", "types"})
  @DisplayName("an object that is cut anywhere is refused")
  void truncated(String name) {
    byte[] object = Objects.read(name);
    for (int length = 0; length < object.length; length += 64) {
      byte[] cut = Arrays.copyOf(object, length);
      assertThatExceptionOfType(Refusal.class)
          .as("%s cut to %d bytes", name, length)
          .isThrownBy(() -> ObjectInspector.inspect(cut));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"counters", "globals", "types"})
  @DisplayName("an object with any byte changed is read or refused, within bounds")
  void corrupted(String name) {
    byte[] object = Objects.read(name);
    Random random = new Random(20260101);
    for (int round = 0; round < 4_000; round++) {
      byte[] changed = object.clone();
      int at = random.nextInt(changed.length);
      byte value = (byte) random.nextInt();
      changed[at] = value;
      checkBounded(changed, "%s with byte %d set to %d".formatted(name, at, value));
    }
  }

  @Test
  @DisplayName("an object with many bytes changed is read or refused, within bounds")
  void shaken() {
    byte[] object = Objects.read("types");
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      byte[] changed = object.clone();
      int changes = 1 + random.nextInt(12);
      for (int i = 0; i < changes; i++) {
        // Small and extreme numbers meet more checks than any number does.
        byte value = (byte) (random.nextBoolean() ? random.nextInt(4) - 1 : random.nextInt());
        changed[random.nextInt(changed.length)] = value;
      }
      checkBounded(changed, "round " + round);
    }
  }

  @Test
  @DisplayName("tables of functions that are told again and again are read once")
  void repeatedTables() {
    int[] types = new int[3 * 1000];
    for (int i = 0; i < types.length; i += 3) {
      types[i] = 1;
      types[i + 1] = DATA_SECTION;
    }
    checkBounded(
        CraftedObject.with(CraftedObject.btf(".struct_ops", types), ".struct_ops", 1 << 20),
        "1000 times .struct_ops");
  }

  @Test
  @DisplayName("fields of a table that share its bytes are refused")
  void overlappingFields() {
    int size = 1 << 20;
    int fields = 100;
    // The variable is called as its section but for the dot.
    IntStream bytes = IntStream.of(0, INT, 1, 8, 0, ARRAY, 0, 1, 1, size);
    IntStream struct =
        IntStream.concat(
            IntStream.of(0, STRUCT | fields, size),
            IntStream.range(0, fields).flatMap(i -> IntStream.of(0, 2, 0)));
    IntStream variable = IntStream.of(2, VARIABLE, 3, 1, 1, DATA_SECTION | 1, size, 4, 0, size);
    int[] types = Stream.of(bytes, struct, variable).flatMapToInt(part -> part).toArray();
    byte[] object =
        CraftedObject.with(CraftedObject.btf(".struct_ops", types), ".struct_ops", size);

    checkBounded(object, "100 fields at the same place");
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> ObjectInspector.inspect(object))
        .withMessageContaining("its tables or their fields overlap");
  }

  @Test
  @DisplayName("calls of kernel functions that cannot be are not all kept")
  void unknownHelpers() {
    byte[] code = new byte[8 << 17];
    ByteBuffer instructions = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < code.length; at += 8) {
      instructions.put(at, (byte) 0x85).putInt(at + 4, 1_000_000 + at);
    }
    byte[] object = CraftedObject.with(CraftedObject.btf(""), "xdp", code.length);
    System.arraycopy(code, 0, object, object.length - code.length, code.length);
    // SHF_EXECINSTR
    object[4 * 64 + 8] = 4;

    assertThat(ObjectInspector.inspect(object).needs().helpers()).hasSize(1024);
  }

  @Test
  @DisplayName("a value is not allocated by the size that its type claims")
  void hugeValue() {
    ObjectReport report = ObjectInspector.inspect(Objects.read("values"));
    ObjectMap map = report.map("huge_values").orElseThrow();
    MapEntry entry = new MapEntry(IntNode.valueOf(1), JsonNodeFactory.instance.objectNode());
    long before = THREADS.getCurrentThreadAllocatedBytes();

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> new EntryEncoder(report, map, 64).encode("maps[0].entries[0]", entry))
        .withMessage(
            "maps[0].entries[0].value: a struct huge is 134217744 bytes; a value of 4194304 at"
                + " most can be set");
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(BOUND);
  }

  private static void checkBounded(byte[] object, String what) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    assertThatNoException().as(what).isThrownBy(() -> use(object));
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).as(what).isLessThan(BOUND);
  }

  /** Everything that somebody does with a report afterwards. */
  private static void use(byte[] object) {
    ObjectReport report;
    try {
      report = ObjectInspector.inspect(object);
    } catch (Refusal refused) {
      return;
    }
    for (ObjectMap map : report.maps()) {
      refusedAtMost(() -> report.btf().decode(map.valueType(), new byte[88]));
      refusedAtMost(() -> report.btf().fieldNames(map.valueType()));
      refusedAtMost(() -> report.btf().describe(map.keyType()));
      refusedAtMost(() -> report.btf().field(map.valueType(), "inner.low"));
    }
    for (ObjectGlobal global : report.globals()) {
      refusedAtMost(() -> GlobalValues.encode(report, global.name(), IntNode.valueOf(1)));
    }
  }

  private static void refusedAtMost(Runnable use) {
    try {
      use.run();
    } catch (Refusal refused) {
      // As good an answer as a value.
    }
  }
}
