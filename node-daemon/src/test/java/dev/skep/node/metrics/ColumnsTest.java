package dev.skep.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Metric;
import dev.skep.api.v1alpha1.Metric.Label;
import dev.skep.api.v1alpha1.Metric.PerCpu;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.inspect.ObjectReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Against the compiled tests/src/test/bpf/counters.bpf.c. */
class ColumnsTest {
  private static ObjectReport counters;

  @BeforeAll
  static void inspect() throws IOException {
    Path object = Path.of(System.getProperty("skep.bpf"), "counters.bpf.o");
    assertThat(object).as("compiled by bpf-programs/build.sh").exists();
    counters = ObjectInspector.inspect(Files.readAllBytes(object));
  }

  @Test
  @DisplayName("Labels are text, the enumerator's name, a number, true or false")
  void labels() {
    Columns columns =
        Columns.of(
                counters,
                metric(
                    "flows",
                    "count",
                    label("comm", null),
                    label("way", "direction"),
                    label("port", "port"),
                    label("local", null)))
            .orElseThrow();
    byte[] key = new byte[28];
    System.arraycopy("sshd".getBytes(StandardCharsets.US_ASCII), 0, key, 0, 4);
    ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN).putInt(16, 1).putShort(20, (short) 50000);
    key[22] = 1;
    assertThat(columns.labels())
        .extracting(l -> l.name() + "=" + l.column().text(key, 0))
        .containsExactly("comm=sshd", "way=DIRECTION_OUT", "port=50000", "local=true");
  }

  @Test
  @DisplayName("A value is read by its name, signed or not as its type is")
  void values() {
    byte[] value = new byte[24];
    ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).putLong(8, -1).putInt(16, -7);
    Column bytes = Columns.of(counters, metric("flows", "bytes")).orElseThrow().value();
    assertThat(bytes.unsigned()).isTrue();
    Column delta = Columns.of(counters, metric("flows", "last_delta")).orElseThrow().value();
    assertThat(delta.unsigned()).isFalse();
    assertThat(delta.number(value, 0)).isEqualTo(-7);
  }

  @Test
  @DisplayName("Of a plain key or value the label and the number are the thing itself")
  void plain() {
    Columns columns =
        Columns.of(counters, metric("slots", null, label("slot", null))).orElseThrow();
    assertThat(columns.labels().getFirst().column().text(new byte[] {3, 0, 0, 0}, 0))
        .isEqualTo("3");
    assertThat(columns.value().number(new byte[] {5, 0, 0, 0, 0, 0, 0, 0}, 0)).isEqualTo(5);
  }

  @Test
  @DisplayName("A map, value or label that is not there gives no metric")
  void unknown() {
    assertThat(Columns.of(counters, metric("nothing", null))).isEmpty();
    assertThat(Columns.of(counters, metric("flows", "nothing"))).isEmpty();
    assertThat(Columns.of(counters, metric("flows", null))).as("three numbers to choose").isEmpty();
    assertThat(Columns.of(counters, metric("flows", "count", label("x", null)))).isEmpty();
  }

  @Test
  @DisplayName("The user's label of one of our names is kept apart from ours")
  void reserved() {
    Columns columns =
        Columns.of(counters, metric("flows", "count", label("bpf_name", "port"))).orElseThrow();
    assertThat(columns.labels().getFirst().name()).isEqualTo("exported_bpf_name");
  }

  private static Label label(String name, String key) {
    return new Label(name, key);
  }

  private static Metric metric(String map, String value, Label... labels) {
    return new Metric("m", Metric.Type.counter, null, map, value, List.of(labels), PerCpu.Sum, 10);
  }
}
