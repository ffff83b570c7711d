package dev.skep.artifact.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Metric;
import dev.skep.artifact.Objects;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A metric of a global variable reads its section where the variable lies")
class GlobalLayoutTest {
  @ParameterizedTest
  @CsvSource({".bss, seen", ".data, next_id", ".rodata, limit", ".rodata, peer.port"})
  void layout(String section, String variable) {
    ObjectReport report = ObjectInspector.inspect(Objects.read("globals"));
    Metric metric = new Metric("x", Metric.Type.counter, null, section, variable, null, null, null);
    ObjectReport.ObjectGlobal global =
        report.global(variable.replaceFirst("\\..*", "")).orElseThrow();

    MetricLayout layout = MetricLayout.of("metrics[0]", metric, report);

    int at = global.offset() + (variable.equals("peer.port") ? 4 : 0);
    byte[] bytes = new byte[layout.map().valueSize()];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putShort(at, (short) 513);
    assertThat(layout.value().asLong(bytes, 0)).isEqualTo(513);
    assertThat(layout.map().name()).isEqualTo(section);
  }
}
