package dev.skep.artifact.oci;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.artifact.oci.RegistryHttp.Answer;
import dev.skep.artifact.oci.RegistryHttp.Ask;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers registries' challenges and remembers the answers, so that a later request is one request.
 * The token protocol is the distribution project's (docs/spec/auth).
 */
final class RegistryLogin {
  private static final long TOKEN_LIMIT = 256 << 10;
  private static final Duration BASIC_LIFETIME = Duration.ofHours(1);
  private static final int SHORTEST_LIFETIME = 60; // seconds, as the protocol's default

  /**
   * What an authorization is good for.
   *
   * @param registry host and port
   * @param repository path
   * @param actions pull, or pull,push
   * @param credentials whose
   */
  record Scope(String registry, String repository, String actions, Credentials credentials) {
    boolean isPush() {
      return actions.contains("push");
    }

    String text() {
      return "repository:" + repository + ":" + actions;
    }
  }

  private record Held(String header, Instant until) {}

  /** The registry or its token server does not let these credentials in. */
  static final class Denied extends IOException {
    Denied(String message) {
      super(message);
    }
  }

  private final RegistryHttp http;
  private final InstantSource clock;
  private final Map<Scope, Held> held = new ConcurrentHashMap<>();

  RegistryLogin(RegistryHttp http, InstantSource clock) {
    this.http = http;
    this.clock = clock;
  }

  /** The header that was good for this scope before, or null. */
  String known(Scope scope) {
    Held known = held.get(scope);
    return known != null && clock.instant().isBefore(known.until()) ? known.header() : null;
  }

  void forget(Scope scope) {
    held.remove(scope);
  }

  /**
   * The header that answers a 401.
   *
   * @throws Denied when there is nothing to show, or it is not taken
   */
  String answer(Scope scope, Answer refused) throws IOException {
    Challenge challenge =
        Challenge.choose(refused.headers().allValues("www-authenticate"))
            .orElseThrow(() -> new Denied("it does not say how to log in"));
    Held fresh =
        challenge.scheme().equals("basic") ? basic(scope) : token(scope, challenge, refused.from());
    held.values().removeIf(old -> old.until().isBefore(clock.instant()));
    held.put(scope, fresh);
    return fresh.header();
  }

  private Held basic(Scope scope) throws Denied {
    return switch (scope.credentials()) {
      case Credentials.Basic basic ->
          new Held(basic.header(), clock.instant().plus(BASIC_LIFETIME));
      case Credentials.None ignored -> throw new Denied("it asks for name and password");
      case Credentials.IdentityToken ignored ->
          throw new Denied("it asks for name and password, and the login is an identity token");
    };
  }

  private Held token(Scope scope, Challenge challenge, URI from) throws IOException {
    URI realm = realm(challenge, from);
    Answer answer =
        switch (scope.credentials()) {
          case Credentials.IdentityToken identity ->
              http.send(refresh(realm, challenge, scope, identity), null);
          case Credentials.Basic basic -> http.send(fetch(realm, challenge, scope), basic.header());
          case Credentials.None ignored -> http.send(fetch(realm, challenge, scope), null);
        };
    if (answer.status() / 100 == 4 && answer.status() != 429) {
      throw new Denied("its login server answers " + answer.status());
    }
    if (answer.status() != 200) {
      throw new IOException("its login server answers " + answer.status());
    }
    JsonNode json = Json.read(answer.body());
    String token = json.path("token").asText(json.path("access_token").asText(""));
    if (token.isEmpty()) {
      throw new IOException("its login server's answer holds no token");
    }
    int lifetime = Math.max(json.path("expires_in").asInt(0), SHORTEST_LIFETIME);
    // A little less, so that a token does not run out between the check and the request.
    return new Held("Bearer " + token, clock.instant().plusSeconds(lifetime * 9L / 10));
  }

  private static URI realm(Challenge challenge, URI from) throws IOException {
    URI realm;
    try {
      realm = URI.create(challenge.parameter("realm"));
    } catch (IllegalArgumentException e) {
      throw new IOException("its login server's address is none", e);
    }
    boolean allowed = "https".equals(realm.getScheme()) || from.getScheme().equals("http");
    if (!allowed || realm.getHost() == null) {
      throw new Denied("it wants the login sent to \"" + realm + "\", which is not https");
    }
    return realm;
  }

  private static Ask fetch(URI realm, Challenge challenge, Scope scope) {
    String query = "scope=" + encode(scope.text());
    if (!challenge.parameter("service").isEmpty()) {
      query = "service=" + encode(challenge.parameter("service")) + "&" + query;
    }
    URI uri = URI.create(realm + (realm.getQuery() == null ? "?" : "&") + query);
    return new Ask("GET", uri, Map.of("Accept", "application/json"), null, TOKEN_LIMIT);
  }

  private static Ask refresh(
      URI realm, Challenge challenge, Scope scope, Credentials.IdentityToken identity) {
    String form =
        "grant_type=refresh_token&client_id=skep&service="
            + encode(challenge.parameter("service"))
            + "&scope="
            + encode(scope.text())
            + "&refresh_token="
            + encode(identity.token());
    return new Ask(
        "POST",
        realm,
        Map.of("Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json"),
        form.getBytes(StandardCharsets.UTF_8),
        TOKEN_LIMIT);
  }

  private static String encode(String text) {
    return URLEncoder.encode(Optional.ofNullable(text).orElse(""), StandardCharsets.UTF_8);
  }
}
