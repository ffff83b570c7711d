package dev.skep.artifact.oci;

import static dev.skep.artifact.oci.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.skep.api.v1alpha1.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A registry that lies, stalls or asks for tokens is met with the right answer")
class RegistryFaultsTest {
  private static final byte[] ELF = SampleImage.elf(1);
  private static final String TOKEN = "t0ken";

  private final SampleImage image = new SampleImage();
  private final byte[] manifest = image.files(Map.of("a.o", ELF)).manifest(Map.of());
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final RegistryImages registry = new RegistryImages(RegistrySettings.defaults());
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;
  private HttpServer other;

  /** What a test makes the registry do. */
  private interface Behaviour {
    /** Whether it has answered; if not, the honest registry does. */
    boolean answer(HttpExchange exchange) throws IOException;
  }

  private Behaviour behaviour = exchange -> false;

  @BeforeEach
  void start() throws IOException {
    server = listen();
    other = listen();
  }

  private HttpServer listen() throws IOException {
    var listening =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    listening.setExecutor(threads);
    listening.createContext("/", this::serve);
    listening.start();
    return listening;
  }

  @AfterEach
  void stop() {
    registry.close();
    server.stop(0);
    other.stop(0);
    threads.shutdownNow();
  }

  private ImageReference reference() {
    return ImageReference.parse("127.0.0.1:" + server.getAddress().getPort() + "/x/y:v1");
  }

  /** Only where a time-out is what is tested: any other answer may be slow on a busy machine. */
  private ResolvedImage pullInHaste() {
    Duration soon = Duration.ofMillis(300);
    try (RegistryImages hasty =
        new RegistryImages(RegistrySettings.defaults().withTimeouts(soon, soon))) {
      return hasty.pull(reference(), Credentials.none());
    }
  }

  private ResolvedImage pull() {
    return registry.pull(reference(), Credentials.none());
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      if (behaviour.answer(exchange)) {
        return;
      }
      String path = exchange.getRequestURI().getPath();
      String last = path.substring(path.lastIndexOf('/') + 1);
      byte[] body = path.contains("/blobs/") ? image.blobs.get(last) : manifest;
      exchange.getResponseHeaders().set("Docker-Content-Digest", Digest.of(body));
      send(exchange, 200, body);
    }
  }

  private static boolean send(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean isHead = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, isHead || body.length == 0 ? -1 : body.length);
    if (!isHead) {
      exchange.getResponseBody().write(body);
    }
    return true;
  }

  private static boolean isLayer(HttpExchange exchange, SampleImage image) {
    return exchange.getRequestURI().getPath().endsWith(image.blobs.keySet().iterator().next());
  }

  @Test
  void anHonestOneIsPulledFrom() {
    assertThat(pull().object()).isEqualTo(ELF);
  }

  @Test
  void resolvingATagIsOneRequest() {
    assertThat(registry.resolve(reference(), Credentials.none())).isEqualTo(Digest.of(manifest));
    assertThat(requests).containsExactly("HEAD /v2/x/y/manifests/v1");
  }

  @Test
  void resolvingADigestAsksWhetherItMayBeHad() {
    var byDigest =
        ImageReference.parse(
            reference().registry() + "/" + reference().repository() + "@" + Digest.of(manifest));

    assertThat(registry.resolve(byDigest, Credentials.none())).isEqualTo(Digest.of(manifest));
    assertThat(requests).containsExactly("HEAD /v2/x/y/manifests/" + Digest.of(manifest));

    behaviour = exchange -> send(exchange, 401, new byte[0]);
    assertRefused(
        () -> registry.resolve(byDigest, Credentials.none()), Reason.ImageUnauthorized, "login");
  }

  @Test
  void aRegistryThatDoesNotNameTheDigestIsReadFor() {
    behaviour =
        exchange ->
            exchange.getRequestURI().getPath().contains("/manifests/")
                && send(exchange, 200, manifest);

    assertThat(registry.resolve(reference(), Credentials.none())).isEqualTo(Digest.of(manifest));
  }

  @Test
  void aChangedLayerIsRefused() {
    behaviour =
        exchange -> {
          if (!isLayer(exchange, image)) {
            return false;
          }
          byte[] changed = image.blobs.values().iterator().next().clone();
          changed[changed.length / 2] ^= 1;
          return send(exchange, 200, changed);
        };

    assertRefused(this::pull, Reason.DigestMismatch, "image 127.0.0.1:", "the layer");
  }

  @Test
  void aLayerCutShortIsRefused() {
    behaviour = exchange -> isLayer(exchange, image) && send(exchange, 200, new byte[10]);

    assertRefused(this::pull, Reason.DigestMismatch, "the layer");
  }

  @Test
  void aConnectionCutInTheMiddleIsTriedAgainLater() {
    behaviour =
        exchange -> {
          if (!isLayer(exchange, image)) {
            return false;
          }
          exchange.sendResponseHeaders(200, image.blobs.values().iterator().next().length);
          exchange.getResponseBody().write(new byte[10]);
          exchange.getResponseBody().flush();
          throw new IOException("cut");
        };

    assertRefused(this::pull, Reason.RegistryUnreachable, "tried again");
  }

  @Test
  void aLayerLongerThanItsDescriptorIsNotRead() {
    behaviour = exchange -> isLayer(exchange, image) && send(exchange, 200, new byte[1 << 20]);

    assertRefused(this::pull, Reason.DigestMismatch, "more", "bytes the manifest says");
  }

  @Test
  void aChangedManifestIsRefused() {
    behaviour =
        exchange -> {
          exchange.getResponseHeaders().set("Docker-Content-Digest", Digest.of(new byte[1]));
          return send(exchange, 200, manifest);
        };

    assertRefused(this::pull, Reason.DigestMismatch, "the manifest");
  }

  @Test
  void anEndlessManifestIsStopped() {
    behaviour =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] block = new byte[1 << 20];
          for (int i = 0; i < 1000; i++) {
            exchange.getResponseBody().write(block);
          }
          return true;
        };

    assertRefused(this::pull, Reason.TooLarge, "4 MiB");
  }

  @Test
  void anAnswerThatNeverComesEndsInTime() {
    behaviour =
        exchange -> {
          pause();
          return false;
        };

    assertRefused(this::pullInHaste, Reason.RegistryUnreachable, "no complete answer within");
  }

  @Test
  void aBodyThatStallsEndsInTime() {
    behaviour =
        exchange -> {
          exchange.sendResponseHeaders(200, manifest.length);
          exchange.getResponseBody().write(manifest, 0, 5);
          exchange.getResponseBody().flush();
          pause();
          return true;
        };

    assertRefused(this::pullInHaste, Reason.RegistryUnreachable, "no complete answer within");
  }

  @Test
  void aServerErrorAndTooManyRequestsAreTriedAgain() {
    behaviour = exchange -> send(exchange, 503, new byte[0]);
    assertRefused(this::pull, Reason.RegistryUnreachable, "503");
    behaviour = exchange -> send(exchange, 429, new byte[0]);
    assertRefused(this::pull, Reason.RegistryUnreachable, "too many requests");
  }

  @Test
  void aTokenIsFetchedOnceAndUsedAgain() {
    behaviour = exchange -> token(exchange, "");

    assertThat(pull().object()).isEqualTo(ELF);
    assertThat(requests)
        .containsOnlyOnce("GET /token?service=reg&scope=repository%3Ax%2Fy%3Apull")
        .hasSize(5);
  }

  @Test
  void aTokenIsFetchedWithNameAndPassword() {
    behaviour = exchange -> token(exchange, "Basic dTpw");

    assertRefused(this::pull, Reason.ImageUnauthorized, "needs a login");
    assertRefused(
        () -> registry.pull(reference(), Credentials.basic("u", "wrong")),
        Reason.ImageUnauthorized,
        "does not accept the login of user \"u\"");
    assertThat(registry.pull(reference(), Credentials.basic("u", "p")).object()).isEqualTo(ELF);
  }

  @Test
  void anIdentityTokenIsExchanged() {
    behaviour =
        exchange -> {
          if (exchange.getRequestURI().getPath().equals("/token")) {
            String form =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean isRight =
                exchange.getRequestMethod().equals("POST")
                    && form.contains("refresh_token=id%2B1")
                    && form.contains("grant_type=refresh_token");
            return send(
                exchange,
                isRight ? 200 : 400,
                ("{\"access_token\":\"" + TOKEN + "\"}").getBytes(StandardCharsets.UTF_8));
          }
          return token(exchange, "");
        };

    assertThat(registry.pull(reference(), new Credentials.IdentityToken("id+1")).object())
        .isEqualTo(ELF);
  }

  @Test
  void aRedirectToAStoreOfBlobsIsFollowedWithoutTheLogin() {
    List<String> shown = Collections.synchronizedList(new ArrayList<>());
    behaviour =
        exchange -> {
          String host = exchange.getRequestHeaders().getFirst("Host");
          if (host.endsWith(":" + other.getAddress().getPort())) {
            shown.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            return false;
          }
          if (token(exchange, "")) {
            return true;
          }
          if (!exchange.getRequestURI().getPath().contains("/blobs/")) {
            return false;
          }
          exchange
              .getResponseHeaders()
              .set(
                  "Location",
                  "http://127.0.0.1:"
                      + other.getAddress().getPort()
                      + exchange.getRequestURI().getPath());
          return send(exchange, 307, new byte[0]);
        };

    assertThat(pull().object()).isEqualTo(ELF);
    assertThat(shown).containsExactly("null", "null");
  }

  @Test
  void anEndlessRedirectEnds() {
    behaviour =
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/again");
          return send(exchange, 302, new byte[0]);
        };

    assertRefused(this::pull, Reason.RegistryUnreachable, "redirects more than 5 times");
  }

  @Test
  void nobodyListens() {
    server.stop(0);

    assertRefused(this::pull, Reason.RegistryUnreachable, "connection refused");
  }

  @Test
  void anUnknownHostIsNamed() {
    assertRefused(
        () -> registry.pull(ImageReference.parse("no.such.invalid/x"), Credentials.none()),
        Reason.RegistryUnreachable,
        "image no.such.invalid/x:latest",
        "name is not known");
  }

  @Test
  void onlyLoopbackAndAllowedHostsAreSpokenToWithoutTls() {
    var settings = RegistrySettings.defaults().withInsecure(java.util.Set.of("r.lan:5000"));

    assertThat(settings.isPlain("localhost:5000")).isTrue();
    assertThat(settings.isPlain("127.0.0.1")).isTrue();
    assertThat(settings.isPlain("r.lan:5000")).isTrue();
    assertThat(settings.isPlain("r.lan")).isFalse();
    assertThat(settings.isPlain("127.0.0.1.example.com")).isFalse();
    assertThat(settings.isPlain("localhost.example.com:5000")).isFalse();
  }

  @Test
  void itsThreadsDoNotKeepTheProcessAlive() {
    pull();

    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().startsWith("HttpClient"))
        .isNotEmpty()
        .allMatch(Thread::isDaemon);
  }

  /** The token server and the check of its tokens; false when the request may go on. */
  private boolean token(HttpExchange exchange, String wanted) throws IOException {
    String shown = exchange.getRequestHeaders().getFirst("Authorization");
    if (exchange.getRequestURI().getPath().equals("/token")) {
      boolean isRight = wanted.isEmpty() || wanted.equals(shown);
      return send(
          exchange,
          isRight ? 200 : 401,
          ("{\"token\":\"" + TOKEN + "\",\"expires_in\":300}").getBytes(StandardCharsets.UTF_8));
    }
    if (("Bearer " + TOKEN).equals(shown)) {
      return false;
    }
    exchange
        .getResponseHeaders()
        .set(
            "WWW-Authenticate",
            "Bearer realm=\"http://127.0.0.1:"
                + server.getAddress().getPort()
                + "/token\",service=\"reg\",scope=\"repository:x/y:pull\"");
    return send(exchange, 401, new byte[0]);
  }

  private static void pause() {
    try {
      Thread.sleep(3000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
