package dev.skep.artifact.oci;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.util.Optional;

/**
 * A pointer to a blob or manifest, as the OCI image specification has it.
 *
 * @param mediaType what it is
 * @param digest its digest, well-formed
 * @param size its size in bytes, never negative
 * @param platform what it runs on, in an index
 * @param tag its name, in the index of a layout folder
 */
record Descriptor(
    String mediaType, String digest, long size, Optional<Platform> platform, Optional<String> tag) {
  static final String TAG_ANNOTATION = "org.opencontainers.image.ref.name";

  static Descriptor parse(String subject, JsonNode json) {
    String digest = json.path("digest").asText();
    if (!Digest.isDigest(digest)) {
      throw invalid(subject, "has a descriptor without a sha256 digest");
    }
    long size = json.path("size").asLong(-1);
    if (size < 0) {
      throw invalid(subject, "does not say the size of " + digest);
    }
    return new Descriptor(
        json.path("mediaType").asText(),
        digest,
        size,
        Optional.of(json.path("platform")).filter(JsonNode::isObject).map(Platform::parse),
        Optional.ofNullable(json.path("annotations").path(TAG_ANNOTATION).textValue()));
  }

  private static Refusal invalid(String subject, String what) {
    return new Refusal(
        Reason.InvalidImage, subject + ": the manifest " + what + "; build and push it again");
  }
}
