package dev.skep.node.source;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.oci.NoConnection;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** The operator's mirror of objects. Whatever goes wrong with it may go well a minute later. */
final class Mirror {
  /** For the whole object; the operator may have to fetch it first. */
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final int LONGEST_ANSWER = 300;

  private final MirrorAccess access;
  private final MirrorClient client;
  private final Duration timeout;

  Mirror(MirrorAccess access, Optional<ToldAuthorities> told, Duration timeout) {
    this.access = access;
    this.client = new MirrorClient(access.authorities(), told);
    this.timeout = timeout;
  }

  /** The bytes it has under a digest; nobody has checked yet that they are those. */
  byte[] fetch(String digest) {
    URI url = url(digest);
    HttpResponse<byte[]> answer = ask(url);
    if (answer.statusCode() != 200) {
      throw failed(url, words(answer), null);
    }
    return answer.body();
  }

  URI url(String digest) {
    return URI.create(access.address() + "/").resolve("v2/skep/objects/blobs/" + digest);
  }

  private HttpResponse<byte[]> ask(URI url) {
    CompletableFuture<HttpResponse<byte[]>> coming;
    try {
      HttpRequest.Builder request = HttpRequest.newBuilder(url);
      access.token().ifPresent(file -> request.header("Authorization", "Bearer " + token(file)));
      coming =
          client
              .current()
              .sendAsync(
                  request.build(),
                  BodyHandlers.limiting(BodyHandlers.ofByteArray(), ObjectStore.MAX_OBJECT_BYTES));
    } catch (IOException e) {
      throw failed(url, e.getMessage(), e);
    }
    try {
      // HttpRequest.timeout ends with the headers; a body that stalls needs this one.
      return coming.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw failed(url, words(e.getCause()), e);
    } catch (TimeoutException e) {
      coming.cancel(true);
      throw failed(url, "no complete answer in " + timeout.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      coming.cancel(true);
      Thread.currentThread().interrupt();
      throw failed(url, "interrupted", e);
    }
  }

  /** Read for each request: a kubelet writes a new one every hour, and requests are few. */
  private static String token(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new Refusal(
          Reason.FetchFailed, "the mirror's token (--mirror-token) cannot be read: " + e, e);
    }
  }

  private String words(HttpResponse<byte[]> answer) {
    String text = new String(answer.body(), StandardCharsets.UTF_8).strip();
    String said =
        text.isEmpty() || text.length() > LONGEST_ANSWER
            ? "HTTP " + answer.statusCode()
            : "HTTP %d: %s".formatted(answer.statusCode(), text);
    return switch (answer.statusCode()) {
      case 401 ->
          access
              .token()
              .map(file -> "the mirror does not take the token of %s: %s".formatted(file, said))
              .orElse("the mirror wants a token, and --mirror-token names none: " + said);
      case 403 -> "the mirror gives nothing to this account: " + said;
      default -> said;
    };
  }

  private String words(Throwable e) {
    return switch (e) {
      case HttpTimeoutException late ->
          "no connection in " + MirrorClient.CONNECT_TIMEOUT.toSeconds() + " s";
      case SSLException tls -> client.words(tls, access.address().getHost());
      default -> NoConnection.inWords(e).orElseGet(e::toString);
    };
  }

  private static Refusal failed(URI url, String cause, Throwable e) {
    return new Refusal(Reason.FetchFailed, "fetching " + url + ": " + cause, e);
  }
}
