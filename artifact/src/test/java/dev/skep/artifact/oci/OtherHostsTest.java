package dev.skep.artifact.oci;

import static dev.skep.artifact.oci.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.skep.api.v1alpha1.Reason;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A host that a registry refers to is shown no login and cannot ask for one")
class OtherHostsTest extends WithRegistry {
  private static final Credentials ANN = Credentials.basic("ann", "s3cret");

  private final List<String> shownToRegistry = Collections.synchronizedList(new ArrayList<>());
  private final List<String> shownElsewhere = Collections.synchronizedList(new ArrayList<>());
  private HttpServer other;
  private int otherAnswers = 201;

  @BeforeEach
  void refer() throws IOException {
    other = listen();
    behaviour = this::answer;
  }

  @Test
  void anUploadElsewhereCarriesNoLogin() {
    registry.push(ImagePacker.pack("a.o", ELF, Map.of()), reference(), ANN);

    assertThat(shownElsewhere).isNotEmpty().containsOnly("null");
  }

  @Test
  void anUploadElsewhereThatWantsALoginIsSaid() {
    otherAnswers = 401;

    assertRefused(
        () -> registry.push(ImagePacker.pack("a.o", ELF, Map.of()), reference(), ANN),
        Reason.RegistryUnreachable,
        "registry " + reference().registry() + " refers to " + address(other) + ", which answers");
    assertThat(shownElsewhere).containsExactly("null");
  }

  @Test
  void aStoreOfBlobsThatWantsALoginIsNamedAndTheLoginIsKept() {
    otherAnswers = 401;
    for (int attempt = 0; attempt < 2; attempt++) {
      assertRefused(
          () -> registry.pull(reference(), ANN),
          Reason.RegistryUnreachable,
          "refers to " + address(other) + ", which answers 401",
          "the login is for the registry alone");
    }

    assertThat(shownElsewhere).containsExactly("null", "null");
    assertThat(shownToRegistry).containsOnlyOnce("null");
  }

  @Test
  void aStoreOfBlobsThatRefusesIsNotSaidToWantALogin() {
    otherAnswers = 403;

    assertThatThrownBy(() -> registry.pull(reference(), ANN))
        .hasMessageEndingWith("refers to " + address(other) + ", which answers 403");
  }

  @Test
  void aStoreOfBlobsThatIsNotThereIsNamed() {
    String gone = address(other);
    other.stop(0);

    assertRefused(
        () -> registry.pull(reference(), ANN),
        Reason.RegistryUnreachable,
        "refers to " + gone + ", which cannot be reached: connection refused");
  }

  @Test
  void plainHttpIsAdvisedForTheRegistryAlone() {
    var reference = ImageReference.parse("r.example.com/x/y:v1");
    var errors =
        new RegistryErrors(reference, new RegistryLogin.Scope("r.example.com", "x/y", "pull", ANN));
    var noTls = new SSLException("Unrecognized SSL message, plaintext connection?");

    assertThat(
            errors.unreachable(
                new RegistryHttp.Unanswered(URI.create("https://r.example.com/v2/"), noTls)))
        .hasMessageContaining("SKEP_PULL_INSECURE_REGISTRIES=r.example.com");
    assertThat(
            errors.unreachable(
                new RegistryHttp.Unanswered(URI.create("https://blobs.example.com/1"), noTls)))
        .hasMessageEndingWith(
            "registry r.example.com refers to blobs.example.com, which cannot be reached: it speaks"
                + " no TLS");
  }

  @Test
  void noUploadGoesInTheClearWhereTheRegistryIsSpokenToByTls() {
    var reference = ImageReference.parse("r.example.com/x/y:v1");
    try (var http = new RegistryHttp(RegistrySettings.defaults())) {
      var scope = new RegistryLogin.Scope("r.example.com", "x/y", "pull,push", ANN);
      var login = new RegistryLogin(http, InstantSource.system());
      var session = new RegistrySession(reference, http, login, scope, false);

      assertThat(session.address("/upload/1")).hasToString("https://r.example.com/upload/1");
      assertRefused(
          () -> session.address("http://r.example.com/upload/1?_state=x"),
          Reason.RegistryUnreachable,
          "wants the upload sent to http://r.example.com;",
          "X-Forwarded-Proto: https");
    }
  }

  /** Wants name and password, and refers to the other host for every blob that moves. */
  private boolean answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (exchange.getRequestHeaders().getFirst("Host").equals(address(other))) {
      shownElsewhere.add(shown);
      challenge(exchange, "Bearer realm=\"http://" + address(other) + "/token\"");
      return send(exchange, otherAnswers, new byte[0]);
    }
    shownToRegistry.add(shown);
    if (!shown.startsWith("Basic ")) {
      challenge(exchange, "Basic realm=\"r\"");
      return send(exchange, 401, new byte[0]);
    }
    boolean isBlob = exchange.getRequestURI().getPath().contains("/blobs/");
    exchange.getResponseHeaders().set("Location", "http://" + address(other) + "/blob");
    return switch (exchange.getRequestMethod()) {
      case "HEAD" -> send(exchange, 404, new byte[0]);
      case "POST" -> send(exchange, 202, new byte[0]);
      case "PUT" -> send(exchange, 201, new byte[0]);
      default -> isBlob && send(exchange, 307, new byte[0]);
    };
  }

  private static void challenge(HttpExchange exchange, String text) {
    exchange.getResponseHeaders().set("WWW-Authenticate", text);
  }

  private static String address(HttpServer server) {
    return "127.0.0.1:" + server.getAddress().getPort();
  }
}
