package dev.skep.node.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Requests to an API server. Every method blocks; safe for use by many threads. */
public final class ApiServer implements AutoCloseable {
  /** Changes fields of an object; what is null in the patch is removed. */
  public static final String MERGE_PATCH = "application/merge-patch+json";

  /** Makes an object be as the patch says in what this manager owns; creates it when absent. */
  public static final String APPLY_PATCH = "application/apply-patch+yaml";

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** Several times what an object can be in etcd. */
  private static final int MAX_BODY_BYTES = 8 << 20;

  private static final int MAX_ERROR_BYTES = 64 << 10;

  private final Access access;
  private final String base;
  private final HttpClient http;
  private final ObjectMapper json = new ObjectMapper();

  public ApiServer(Access access) {
    this.access = access;
    // Behind some proxies the API begins below a path.
    this.base = access.server().toString().replaceFirst("/+$", "");
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
   * @param path from the server's address, e.g. {@code /apis/skep.dev/v1alpha1/bpfnodes/n1}
   */
  public Optional<JsonNode> get(String path) throws IOException {
    try {
      return Optional.of(json.readTree(send(request(path).GET().build())));
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
            .header("Content-Type", type)
            .method("PATCH", BodyPublishers.ofString(json.writeValueAsString(patch)))
            .build();
    send(request);
  }

  /** The whole body of a successful answer. */
  private byte[] send(HttpRequest request) throws IOException {
    HttpResponse<byte[]> answer =
        answer(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BODY_BYTES));
    if (answer.statusCode() / 100 != 2) {
      throw new ApiException(answer.statusCode(), message(answer.body()));
    }
    return answer.body();
  }

  /** The body of a successful answer; its end may be long in coming. */
  InputStream open(HttpRequest request) throws IOException {
    HttpResponse<InputStream> answer = answer(request, BodyHandlers.ofInputStream());
    if (answer.statusCode() / 100 == 2) {
      return answer.body();
    }
    try (InputStream body = answer.body()) {
      throw new ApiException(answer.statusCode(), message(body.readNBytes(MAX_ERROR_BYTES)));
    }
  }

  private <T> HttpResponse<T> answer(HttpRequest request, BodyHandler<T> handler)
      throws IOException {
    CompletableFuture<HttpResponse<T>> coming = http.sendAsync(request, handler);
    try {
      // HttpRequest.timeout ends with the headers; a body that stalls needs this one.
      return coming.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw switch (e.getCause()) {
        case ConnectException refused -> new IOException("no connection to " + access.server(), e);
        case HttpTimeoutException late -> new IOException("no connection to " + access.server(), e);
        case IOException failed -> failed;
        case Throwable other -> new IOException(other);
      };
    } catch (TimeoutException e) {
      coming.cancel(true);
      throw new IOException("no answer from " + access.server(), e);
    } catch (InterruptedException e) {
      coming.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).header("Accept", "application/json");
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
