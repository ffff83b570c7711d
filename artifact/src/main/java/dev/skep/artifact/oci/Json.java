package dev.skep.artifact.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** JSON trees. Documents from outside are read as trees: they bind to no type of ours. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static JsonNode read(byte[] json) throws IOException {
    return MAPPER.readTree(json);
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static byte[] bytes(JsonNode tree) {
    try {
      return MAPPER.writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /** A descriptor, as the OCI image specification has it. */
  static ObjectNode describe(String mediaType, byte[] bytes) {
    return object()
        .put("mediaType", mediaType)
        .put("digest", Digest.of(bytes))
        .put("size", bytes.length);
  }
}
