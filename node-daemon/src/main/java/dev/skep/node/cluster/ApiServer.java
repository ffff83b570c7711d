package dev.skep.node.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Requests to an API server. Every method blocks; safe for use by many threads. */
public final class ApiServer implements AutoCloseable {
  /** Changes fields of an object; what is null in the patch is removed. */
  public static final String MERGE_PATCH = "application/merge-patch+json";

  /** Makes an object be as the patch says in what this manager owns; creates it when absent. */
  public static final String APPLY_PATCH = "application/apply-patch+yaml";

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_ERROR_BYTES = 64 << 10;

  private final Access access;
  private final HttpClient http;
  private final ObjectMapper json = new ObjectMapper();

  public ApiServer(Access access) {
    this.access = access;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            // One connection for the watch and one for the rest; HTTP/2 would bring nothing.
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT);
    if (access.tls() != null) {
      builder.sslContext(access.tls());
    }
    this.http = builder.build();
  }

  /**
   * The object at a path; empty when there is none.
   *
   * @param path from the server's root, e.g. {@code /apis/skep.dev/v1alpha1/bpfnodes/n1}
   */
  public Optional<JsonNode> get(String path) throws IOException {
    try (InputStream body = open(request(path).timeout(TIMEOUT).GET().build())) {
      return Optional.of(json.readTree(body));
    } catch (ApiException e) {
      if (e.status() == 404) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Patches the object at a path. */
  public void patch(String path, String type, JsonNode patch) throws IOException {
    HttpRequest request =
        request(path)
            .timeout(TIMEOUT)
            .header("Content-Type", type)
            .method("PATCH", BodyPublishers.ofString(json.writeValueAsString(patch)))
            .build();
    try (InputStream body = open(request)) {
      // To its end, or the connection cannot be used again.
      body.transferTo(OutputStream.nullOutputStream());
    }
  }

  /** The body of a successful answer; its end may be long in coming. */
  InputStream open(HttpRequest request) throws IOException {
    HttpResponse<InputStream> answer;
    try {
      answer = http.send(request, BodyHandlers.ofInputStream());
    } catch (ConnectException e) {
      throw new IOException("no connection to " + access.server(), e);
    } catch (HttpTimeoutException e) {
      throw new IOException("no answer from " + access.server(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    if (answer.statusCode() / 100 == 2) {
      return answer.body();
    }
    try (InputStream body = answer.body()) {
      throw new ApiException(answer.statusCode(), message(body.readNBytes(MAX_ERROR_BYTES)));
    }
  }

  HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(access.server().resolve(path)).header("Accept", "application/json");
    access.token().get().ifPresent(t -> request.header("Authorization", "Bearer " + t));
    return request;
  }

  /** What a Status object says, else the text as it is. */
  private String message(byte[] body) {
    try {
      String message = json.readTree(body).path("message").asText();
      return message.isEmpty() ? "no message" : message;
    } catch (JsonProcessingException notAStatus) {
      return new String(body, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new AssertionError("bytes in memory", e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
