package dev.skep.artifact.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.Objects;
import dev.skep.artifact.btf.Field.Kind;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.inspect.ObjectReport;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A value is read and written by the object's own types")
class BtfTest {
  private static final String SHAPE =
      """
      {"id": 18446744073709551615, "second": 515, "inner": {"low": 5, "high": 4000, "signed_bits": -3},
       "small": "SMALL_MINUS", "wide": "WIDE_ONE", "name": "skep", "mac": [2, 0, 0, 0, 0, 255],
       "grid": [[1, -2, 3], [0, 0, -32768]], "yes": true, "fraction": -0.5}
      """;

  private final ObjectReport report = ObjectInspector.inspect(Objects.read("types"));
  private final Btf btf = report.btf();
  private final int outer = report.map("shapes").orElseThrow().valueType();

  private byte[] encode(String json) {
    return encode(btf, outer, json);
  }

  private static byte[] encode(Btf btf, int type, String json) {
    try {
      return BtfEncoder.encode(
          btf, type, "globals.start", new ObjectMapper().readTree(json), Reason.InvalidGlobal);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Test
  @DisplayName("what was written is read again, each field by its own kind")
  void decode() {
    @SuppressWarnings("unchecked")
    Map<String, Object> value = (Map<String, Object>) btf.decode(outer, encode(SHAPE));

    assertThat(value)
        .containsExactly(
            entry("id", new BigInteger("18446744073709551615")),
            entry("as_number", 515L << 16),
            entry("first", 0L),
            entry("second", 515L),
            entry("inner", Map.of("low", 5L, "high", 4000L, "signed_bits", -3L)),
            entry("small", "SMALL_MINUS"),
            entry("wide", "WIDE_ONE"),
            entry("name", "skep"),
            entry("mac", List.of(2L, 0L, 0L, 0L, 0L, 255L)),
            entry("grid", List.of(List.of(1L, -2L, 3L), List.of(0L, 0L, -32768L))),
            entry("pointer", "0x0"),
            entry("yes", true),
            entry("fraction", -0.5));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("a field is found by its path and read alone")
  @CsvSource({
    "id, NUMBER, 18446744073709551615, 18446744073709551615",
    "second, NUMBER, 515, 515",
    "inner.low, NUMBER, 5, 5",
    "inner.high, NUMBER, 4000, 4000",
    "inner.signed_bits, NUMBER, -3, -3",
    "small, ENUM, SMALL_MINUS, 4294967291",
    "name, TEXT, skep, 0",
    "yes, NUMBER, true, 1",
    "fraction, FLOAT, -0.5, -0.5",
    "pointer, POINTER, 0x0, 0"
  })
  void fields(String path, Kind kind, String text, double number) {
    byte[] encoded = encode(SHAPE);
    // A value in the middle of others, as those of the CPUs are.
    byte[] values = new byte[encoded.length * 2];
    System.arraycopy(encoded, 0, values, encoded.length, encoded.length);

    Field field = btf.field(outer, path).orElseThrow();

    assertThat(field.kind()).isEqualTo(kind);
    assertThat(field.asText(values, encoded.length)).isEqualTo(text);
    if (field.isNumeric()) {
      assertThat(field.asDouble(values, encoded.length)).isEqualTo(number);
    }
  }

  @Test
  @DisplayName("there is no field that is not there")
  void noField() {
    assertThat(btf.field(outer, "inner.middle")).isEmpty();
    assertThat(btf.field(outer, "id.low")).isEmpty();
    assertThat(btf.field(outer, "inner.")).isEmpty();
    assertThat(btf.field(outer, ".")).isEmpty();
    assertThat(btf.field(outer, "inner").orElseThrow().isPrintable()).isFalse();
    assertThat(btf.field(outer, "mac").orElseThrow().kind()).isEqualTo(Kind.COMPOSITE);
  }

  @Test
  @DisplayName("a type is named as in C")
  void names() {
    assertThat(btf.describe(outer)).isEqualTo("struct outer");
    assertThat(btf.field(outer, "grid").orElseThrow().type()).isEqualTo("__s16[2][3]");
    assertThat(btf.field(outer, "pointer").orElseThrow().type()).isEqualTo("void *");
    assertThat(btf.fieldNames(outer)).startsWith("id", "as_number", "first", "second", "inner");
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("of an anonymous union one field is set, or all of one struct in it")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"v4": 1, "v6": 2}            | v4 and v6
          {"v6": 1, "port": 3, "v4": 2} | v6 and v4
          {"high": 1, "v4": 2}          | high and v4
          {"low": 1, "high": 2}         |
          {"v4": 1, "port": 2}          |
          {"v6": 1, "kind": 2}          |
          """)
  void unions(String json, String both) {
    ObjectReport values = ObjectInspector.inspect(Objects.read("values"));
    int either = values.map("eithers").orElseThrow().valueType();

    if (both == null) {
      assertThat(encode(values.btf(), either, json)).hasSize(16);
    } else {
      assertThatExceptionOfType(Refusal.class)
          .isThrownBy(() -> encode(values.btf(), either, json))
          .withMessage(
              "globals.start: %s share their bytes in a union of struct either: set one of them"
                  .formatted(both));
    }
  }

  @ParameterizedTest(name = "{1}")
  @DisplayName("what does not fit is refused with the place in the value")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"inner": {"low": 16}}         | globals.start.inner.low: 16 does not fit __u16 (0 to 15)
          {"inner": {"signed_bits": 16}} | globals.start.inner.signed_bits: 16 does not fit __s32 (-16 to 15)
          {"grid": [[1], [2], [3]]}      | globals.start.grid: the list has 3 elements; __s16[2][3] has room for 2
          {"grid": [[1], [2, 40000]]}    | globals.start.grid[1][1]: 40000 does not fit __s16 (-32768 to 32767)
          {"id": 18446744073709551616}   | globals.start.id: 18446744073709551616 does not fit __u64 (0 to 18446744073709551615)
          {"id": 1e300}                  | globals.start.id: 1.0E300 is a fraction, but id is a __u64: write a number
          {"id": null}                   | globals.start.id: the value is missing, but id is a __u64: write a number
          {"pointer": 1}                 | globals.start.pointer: a void * cannot be set
          {"name": 5}                    | globals.start.name: 5 is a number, but name is a char[8]: write text
          {"name": "éééé"}               | globals.start.name: "éééé" is 8 bytes; char[8] has room for 7 and the closing NUL
          [1]                            | globals.start: the value is a list, but start is a struct outer: write its fields
          """)
  void refused(String json, String message) {
    assertThatExceptionOfType(Refusal.class).isThrownBy(() -> encode(json)).withMessage(message);
  }

  @Test
  @DisplayName("an integer of 128 bits is read whole, and written as its bytes alone")
  void wide() {
    ObjectReport values = ObjectInspector.inspect(Objects.read("values"));
    int sums = values.map("all_sums").orElseThrow().valueType();
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, 0, 16, (byte) -1);
    bytes[0] = -2;
    bytes[16 + 8] = 1;

    assertThat(values.btf().decode(sums, bytes))
        .isEqualTo(Map.of("sum", BigInteger.valueOf(-2), "squares", BigInteger.ONE.shiftLeft(64)));
    Field squares = values.btf().field(sums, "squares").orElseThrow();
    assertThat(squares.asText(bytes, 0)).isEqualTo("18446744073709551616");
    assertThat(squares.asDouble(bytes, 0)).isEqualTo(0x1p64);
    assertThat(squares.asLong(bytes, 0)).isZero();

    assertThat(encode(values.btf(), sums, "{\"sum\": \"hex:feffffffffffffffffffffffffffffff\"}"))
        .startsWith(Arrays.copyOf(bytes, 16));
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> encode(values.btf(), sums, "{\"sum\": -2}"))
        .withMessage(
            "globals.start.sum: a __int128 has more than 64 bits: write \"hex:…\", its 16 bytes with"
                + " the lowest first");
  }

  @Test
  @DisplayName("bytes that end before the type does are refused")
  void tooFew() {
    assertThatExceptionOfType(Refusal.class).isThrownBy(() -> btf.decode(outer, new byte[87]));
  }
}
