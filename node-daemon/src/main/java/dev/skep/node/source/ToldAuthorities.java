package dev.skep.node.source;

import dev.skep.node.cluster.ApiServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A ConfigMap in which the operator says whom to trust for its mirror. A kubelet brings its content
 * to a volume up to a minute and a half after it was written; the API server has it at once.
 */
public record ToldAuthorities(ApiServer server, String namespace, String configMap) {
  private static final String KEY = "ca.crt";

  /**
   * The certificates, in PEM; nothing while nobody is named.
   *
   * @throws IOException when the API server does not say
   */
  byte[] pem() throws IOException {
    try {
      return server
          .get("/api/v1/namespaces/%s/configmaps/%s".formatted(namespace, configMap))
          .map(found -> found.path("data").path(KEY).asText())
          .orElse("")
          .getBytes(StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new IOException(
          "ConfigMap %s/%s: %s".formatted(namespace, configMap, e.getMessage()), e);
    }
  }
}
