package dev.skep.artifact.admit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.BpfProgramSpec;

/** Specifications from JSON in which ' stands for ". */
final class Specs {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Specs() {}

  static BpfProgramSpec of(String json) {
    try {
      return MAPPER.readValue(json.replace('\'', '"'), BpfProgramSpec.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
