package dev.skep.artifact.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skep.api.v1alpha1.MapEntry;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.Objects;
import dev.skep.artifact.btf.BtfEncoder;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An entry is the bytes that the program expects")
class EntryEncoderTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectReport report = ObjectInspector.inspect(Objects.read("entries"));
  private final ObjectReport values = ObjectInspector.inspect(Objects.read("values"));

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  @ParameterizedTest(name = "{0}: {1} → {2}")
  @DisplayName("addresses are in network order, numbers as the machine and __be16 want them")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          blocked  | '10.1.0.0/16'                                | 100000000a010000
          blocked  | {'prefixlen': 16, 'addr': '10.1.0.0'}        | 100000000a010000
          blocked  | {'prefixlen': 16, 'addr': 167837696}         | 100000000a010000
          blocked6 | '2001:db8::/32'                              | 2000000020010db8000000000000000000000000
          blocked6 | {'trie': {'prefixlen': 96}, 'addr': '::ffff:0.0.0.0'} | 6000000000000000000000000000ffff00000000
          peers    | {'addr': '192.0.2.1', 'port': 443, 'local': true, 'name': 'a'} | c000020101bb016100
          allowed  | 258                                          | 02010000
          allowed  | '0x102'                                      | 02010000
          allowed  | '1.2.3.4'                                    | 01020304
          allowed  | 'hex:01020304'                               | 01020304
          macs     | '02:00:5E:00:00:ff'                          | 02005e0000ff
          macs     | '02-00-5e-00-00-ff'                          | 02005e0000ff
          raw      | 'hex:deadbeef'                               | deadbeef
          """)
  void keys(String map, String key, String bytes) {
    ObjectMap found = report.map(map).orElseThrow();
    MapEntry entry =
        new MapEntry(json(key), json(found.valueType() == 0 ? "'hex:0000'" : valueOf(map)));

    String encoded =
        HexFormat.of()
            .formatHex(
                new EntryEncoder(report, found, 64).encode("maps[0].entries[0]", entry).key());

    // A struct's trailing padding is zero.
    assertThat(encoded).startsWith(bytes.strip()).hasSize(found.keySize() * 2);
    assertThat(encoded.substring(bytes.strip().length())).matches("0*");
  }

  private static String valueOf(String map) {
    return map.equals("peers") ? "{}" : "1";
  }

  @ParameterizedTest(name = "{0}: {2}")
  @DisplayName(
      "a prefix length and one address are shown as a network, and no other eight bytes are")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          networks       | 10000000c0a80000 | 192.168.0.0/16
          network_unions | 10000000c0a80000 | 192.168.0.0/16
          services       | 1000000006005000 | {prefixlen=16, protocol=6, port=80}
          endpoints      | 1000000006005000 | {prefixlen=16, at={protocol=6, port=80}}
          prefix_counts  | 1000000006000000 | {prefixes_seen=16, dropped=6}
          """)
  void networks(String map, String bytes, String text) {
    int type = values.map(map).orElseThrow().keyType();

    assertThat(values.btf().decode(type, HexFormat.of().parseHex(bytes))).hasToString(text);
  }

  @ParameterizedTest
  @DisplayName("what is written as a network is one where a struct begins with a prefix length")
  @ValueSource(strings = {"networks", "network_unions", "services", "endpoints", "prefix_counts"})
  void writtenNetworks(String map) {
    int type = values.map(map).orElseThrow().keyType();

    assertThat(
            BtfEncoder.encode(
                values.btf(), type, "key", json("'192.168.0.0/16'"), Reason.InvalidEntry))
        .isEqualTo(HexFormat.of().parseHex("10000000c0a80000"));
  }

  @ParameterizedTest(name = "{0} → {1}")
  @DisplayName("an enumerator is its name or its number, as text too: keys of YAML are")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'VERDICT_DROP' | 02000000",
        "2              | 02000000",
        "'2'            | 02000000",
        "'0x2'          | 02000000"
      })
  void enumerators(String key, String bytes) {
    int type = values.map("verdicts").orElseThrow().keyType();

    assertThat(BtfEncoder.encode(values.btf(), type, "key", json(key), Reason.InvalidEntry))
        .isEqualTo(HexFormat.of().parseHex(bytes));
  }

  @Test
  @DisplayName("in a map of maps the value is a map's name")
  void inner() {
    EntryEncoder.Entry entry =
        new EntryEncoder(report, report.map("tenants").orElseThrow(), 4)
            .encode("p", new MapEntry(json("1"), json("{'map': 'tenant_b'}")));
    assertThat(entry.map()).isEqualTo("tenant_b");
    assertThat(entry.value()).isEmpty();
  }

  @ParameterizedTest
  @DisplayName("what is read from any bytes and written again is those bytes")
  @ValueSource(strings = {"blocked", "blocked6", "peers", "allowed", "macs", "slots"})
  void roundTrip(String name) {
    ObjectMap map = report.map(name).orElseThrow();
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      byte[] given = new byte[map.keySize()];
      random.nextBytes(given);
      // Half of the prefixes are such as a network can have.
      if (name.startsWith("blocked") && i % 2 == 0) {
        given[0] &= 31;
        given[1] = given[2] = given[3] = 0;
      }
      byte[] possible = possible(map, given);
      JsonNode read = withoutUnions(JSON.valueToTree(report.btf().decode(map.keyType(), possible)));

      assertThat(BtfEncoder.encode(report.btf(), map.keyType(), "key", read, Reason.InvalidEntry))
          .isEqualTo(possible);
    }
  }

  /** No value of the type is a bool of 7, a text without end, padding that is not zero. */
  private static byte[] possible(ObjectMap map, byte[] bytes) {
    if (map.name().equals("peers")) {
      for (int i = 6; i < bytes.length; i++) {
        bytes[i] = (byte) (i == 6 ? bytes[i] & 1 : i > 12 ? 0 : 'a' + (bytes[i] & 15));
      }
    }
    return bytes;
  }

  /** Of a union all members are read, and one is written. */
  private static JsonNode withoutUnions(JsonNode read) {
    JsonNode address = read.path("addr").path("in6_u");
    if (address instanceof ObjectNode union) {
      union.retain("u6_addr16");
    }
    return read;
  }
}
