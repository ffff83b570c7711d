package dev.skep.artifact.admit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON in which equal values are equal text: fields by name, numbers without exponent and trailing
 * zeros. So 1, 1.0 and 1e0 hash alike, as they do after a way through YAML and the API server.
 */
final class CanonicalJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory NODES = new JsonNodeFactory(true);

  private CanonicalJson() {}

  /** A value's canonical form. */
  static JsonNode of(Object value) {
    return canonical(MAPPER.valueToTree(value));
  }

  /** SHA-256 of a value's canonical form, in hex. */
  static String sha256(Object value) {
    byte[] text = of(value).toString().getBytes(StandardCharsets.UTF_8);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }

  private static JsonNode canonical(JsonNode node) {
    return switch (node.getNodeType()) {
      case NUMBER -> number(node);
      case ARRAY -> {
        ArrayNode array = NODES.arrayNode();
        node.forEach(element -> array.add(canonical(element)));
        yield array;
      }
      case OBJECT -> {
        Map<String, JsonNode> sorted = new TreeMap<>();
        node.properties().forEach(field -> sorted.put(field.getKey(), canonical(field.getValue())));
        ObjectNode object = NODES.objectNode();
        sorted.forEach(object::set);
        yield object;
      }
      default -> node;
    };
  }

  private static JsonNode number(JsonNode node) {
    if (node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue())) {
      return node;
    }
    BigDecimal number = node.decimalValue().stripTrailingZeros();
    // A huge exponent stays one: written out it would be as long as it is large.
    return number.scale() <= 0 && number.scale() > -100
        ? NODES.numberNode(number.toBigInteger())
        : NODES.numberNode(number);
  }
}
