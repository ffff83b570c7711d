package dev.skep.tests.operator;

import dev.skep.node.cluster.Tls;
import dev.skep.tests.operator.Replicas.Replica;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLParameters;

/** Somebody who calls a mirror. */
final class MirrorCaller {
  private final HttpClient http;
  private final String token;

  /**
   * @param token to show; null: none
   * @param protocols of TLS to speak; none: all
   */
  MirrorCaller(String authorities, String token, String... protocols) {
    this.token = token;
    try {
      HttpClient.Builder builder =
          HttpClient.newBuilder()
              .sslContext(Tls.trusting(authorities.getBytes(StandardCharsets.US_ASCII)));
      if (protocols.length > 0) {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(protocols);
        builder.sslParameters(parameters);
      }
      this.http = builder.build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  HttpResponse<byte[]> get(Replica replica, String digest)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(replica.address() + "/v2/skep/objects/blobs/" + digest))
            .timeout(Duration.ofSeconds(20));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }
}
