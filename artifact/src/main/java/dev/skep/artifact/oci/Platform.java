package dev.skep.artifact.oci;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What an entry of an image index is for, in Go's names.
 *
 * @param os linux
 * @param architecture amd64, arm64, …
 */
record Platform(String os, String architecture) {
  static Platform parse(JsonNode json) {
    return new Platform(json.path("os").asText(), json.path("architecture").asText());
  }

  static Platform linux(String architecture) {
    return new Platform("linux", architecture);
  }

  static Platform ofThisMachine() {
    return linux(
        switch (System.getProperty("os.arch")) {
          case "amd64", "x86_64" -> "amd64";
          case "aarch64" -> "arm64";
          case String other -> other;
        });
  }

  /** Build tools put attestations (SBOM, provenance) into the index so. */
  boolean isAttestation() {
    return "unknown".equals(os) && "unknown".equals(architecture);
  }

  @Override
  public String toString() {
    return os + "/" + architecture;
  }
}
