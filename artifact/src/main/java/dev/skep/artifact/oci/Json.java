package dev.skep.artifact.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.io.IOException;

/** JSON trees. Documents from outside are read as trees: they bind to no type of ours. */
final class Json {
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxTokenCount(Limits.JSON_TOKENS)
                      .maxNestingDepth(Limits.JSON_DEPTH)
                      .build())
              .build());

  private Json() {}

  static JsonNode read(byte[] json) throws IOException {
    return MAPPER.readTree(json);
  }

  /**
   * The refusal for a document of an image that could not be read.
   *
   * @param what which document
   * @param cure what to do where it is not JSON at all
   */
  static Refusal refusal(String subject, String what, String cure, IOException e) {
    return e instanceof StreamConstraintsException
        ? new Refusal(
            Reason.TooLarge,
            "%s: %s holds too much: the limits are %d values, nested %d deep"
                .formatted(subject, what, Limits.JSON_TOKENS, Limits.JSON_DEPTH),
            e)
        : new Refusal(
            Reason.InvalidImage, "%s: %s is not JSON; %s".formatted(subject, what, cure), e);
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
