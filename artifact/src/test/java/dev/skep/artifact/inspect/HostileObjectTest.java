package dev.skep.artifact.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.fasterxml.jackson.databind.node.IntNode;
import com.sun.management.ThreadMXBean;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.Objects;
import dev.skep.artifact.inspect.ObjectReport.ObjectGlobal;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Whatever the bytes are, the answer is a report or a refusal")
class HostileObjectTest {
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
