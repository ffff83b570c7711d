package dev.skep.artifact.oci;

import static dev.skep.artifact.oci.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.skep.api.v1alpha1.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A registry that asks for a token is shown one, and nobody else is")
class RegistryTokensTest extends WithRegistry {
  private static final String TOKEN = "t0ken";

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
  void aRedirectToAStoreOfBlobsIsFollowedWithoutTheLogin() throws IOException {
    HttpServer other = listen();
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
}
