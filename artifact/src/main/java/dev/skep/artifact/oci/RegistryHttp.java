package dev.skep.artifact.oci;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One HTTP exchange with bounded time and size. Jib core's client is not used for it: it reads
 * manifests and tokens of any length, and its time-outs are system properties.
 */
final class RegistryHttp implements AutoCloseable {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MOST_REDIRECTS = 5;

  private final HttpClient client;
  private final RegistrySettings settings;

  RegistryHttp(RegistrySettings settings) {
    this.settings = settings;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(settings.connectTimeout())
            // By hand: a redirect to a store of blobs must not carry the registry's login.
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * A request.
   *
   * @param method GET, HEAD, POST or PUT
   * @param uri where to
   * @param headers without the authorization
   * @param body what is sent, or null
   * @param limit the longest answer that is read, bytes
   */
  record Ask(String method, URI uri, Map<String, String> headers, byte[] body, long limit) {
    Ask to(URI other) {
      return new Ask(method, other, headers, body, limit);
    }
  }

  /**
   * An answer.
   *
   * @param status HTTP status
   * @param headers its headers
   * @param body its bytes, never longer than asked for
   * @param from the address that answers, the last one where it was redirected
   */
  record Answer(int status, HttpHeaders headers, byte[] body, URI from) {
    String header(String name) {
      return headers.firstValue(name).orElse("");
    }
  }

  /** No whole answer came from an address, which may be another than was asked first. */
  static final class Unanswered extends IOException {
    final URI from;

    Unanswered(URI from, Throwable cause) {
      super(cause.getMessage(), cause);
      this.from = from;
    }
  }

  /**
   * Sends, follows redirects of reads, and returns whatever status comes.
   *
   * @param authorization header value for this address and no other host, or null
   * @throws Unanswered when no whole answer comes
   * @throws BoundedBody.TooLong when the answer is longer than the limit
   */
  Answer send(Ask ask, String authorization) throws IOException {
    URI origin = ask.uri();
    Ask next = ask;
    for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
      Answer answer = exchange(next, sameOrigin(origin, next.uri()) ? authorization : null);
      boolean isRead = ask.method().equals("GET") || ask.method().equals("HEAD");
      if (!isRead || !REDIRECTS.contains(answer.status())) {
        return answer;
      }
      URI target = resolve(next.uri(), answer.header("location"));
      if (origin.getScheme().equals("https") && !"https".equals(target.getScheme())) {
        throw new IOException("it redirects from https to " + target.getScheme());
      }
      next = next.to(target);
    }
    throw new IOException("it redirects more than " + MOST_REDIRECTS + " times");
  }

  /** An address that an answer names, in full. */
  static URI resolve(URI base, String location) throws IOException {
    try {
      return base.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new IOException("it names an address that is none: " + location, e);
    }
  }

  /** Whether two addresses have scheme, host and port in common (RFC 6454, section 4). */
  static boolean sameOrigin(URI a, URI b) {
    return a.getScheme().equalsIgnoreCase(b.getScheme())
        && String.valueOf(a.getHost()).equalsIgnoreCase(b.getHost())
        && port(a) == port(b);
  }

  private static int port(URI uri) {
    int usual = uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    return uri.getPort() < 0 ? usual : uri.getPort();
  }

  private Answer exchange(Ask ask, String authorization) throws IOException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(
            request(ask, authorization),
            ask.method().equals("HEAD")
                ? HttpResponse.BodyHandlers.replacing(new byte[0])
                : BoundedBody.handler(ask.limit()));
    try {
      // HttpRequest.timeout ends with the headers; a body that stalls needs this one.
      var response = answer.get(settings.transferTimeout().toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(response.statusCode(), response.headers(), response.body(), ask.uri());
    } catch (ExecutionException e) {
      throw e.getCause() instanceof BoundedBody.TooLong tooLong
          ? tooLong
          : new Unanswered(ask.uri(), e.getCause());
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new Unanswered(
          ask.uri(),
          new IOException(
              "no complete answer within " + settings.transferTimeout().toSeconds() + " s", e));
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private HttpRequest request(Ask ask, String authorization) throws IOException {
    HttpRequest.Builder request;
    try {
      request = HttpRequest.newBuilder(ask.uri());
    } catch (IllegalArgumentException e) {
      throw new IOException("it names an address that is none: " + ask.uri(), e);
    }
    if (ask.uri().getScheme().equals("http")) {
      // No upgrade to HTTP/2 in the clear: some registries answer it with 400.
      request.version(HttpClient.Version.HTTP_1_1);
    }
    ask.headers().forEach(request::header);
    request.header("User-Agent", "skep");
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return request
        .method(
            ask.method(),
            ask.body() == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(ask.body()))
        .build();
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
