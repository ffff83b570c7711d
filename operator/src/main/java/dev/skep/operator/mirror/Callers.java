package dev.skep.operator.mirror;

import dev.skep.operator.config.OperatorSettings;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;

/** Asks the API server who shows a token, and remembers for a while what it said. */
@ApplicationScoped
class Callers {
  /** As many daemons as a large cluster has, and a few strangers. */
  private static final int REMEMBERED = 10_000;

  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** A token is one or two kilobytes; what is longer is none. */
  private static final int LONGEST_TOKEN = 16 << 10;

  private record Known(Caller caller, Instant until) {}

  private final UnaryOperator<TokenReview> apiServer;
  private final String audience;
  private final String daemon;
  private final Duration remember;
  private final InstantSource clock;
  private final Semaphore asking = new Semaphore(8);

  /** By the token's digest, that no token is kept; the least recently used go first. */
  private final Map<String, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > REMEMBERED;
        }
      };

  @Inject
  Callers(KubernetesClient client, OperatorSettings settings, InstantSource clock) {
    this(client.tokenReviews()::create, settings.mirror().token(), settings.namespace(), clock);
  }

  Callers(
      UnaryOperator<TokenReview> apiServer,
      OperatorSettings.Token settings,
      String namespace,
      InstantSource clock) {
    this.apiServer = apiServer;
    this.audience = settings.audience();
    this.daemon = "system:serviceaccount:%s:%s".formatted(namespace, settings.account());
    this.remember = settings.remember().compareTo(LONGEST) < 0 ? settings.remember() : LONGEST;
    this.clock = clock;
  }

  /** The caller, if it takes no request to find out. */
  Optional<Caller> known(String token) {
    if (token.length() > LONGEST_TOKEN) {
      return Optional.of(new Caller.Unknown("this is no token"));
    }
    synchronized (known) {
      Known found = known.get(digest(token));
      return found != null && clock.instant().isBefore(found.until())
          ? Optional.of(found.caller())
          : Optional.empty();
    }
  }

  /** Asks; blocks. */
  Caller ask(String token) {
    if (!asking.tryAcquire()) {
      return new Caller.Unclear("too many tokens are being checked");
    }
    try {
      TokenReview answer = apiServer.apply(question(token));
      Caller caller = Caller.of(answer.getStatus(), audience, daemon);
      synchronized (known) {
        known.put(digest(token), new Known(caller, clock.instant().plus(remember)));
      }
      return caller;
    } catch (KubernetesClientException e) {
      return new Caller.Unclear("the token cannot be checked: " + e.getMessage());
    } finally {
      asking.release();
    }
  }

  private TokenReview question(String token) {
    return new TokenReviewBuilder()
        .withNewSpec()
        .withToken(token)
        .withAudiences(audience)
        .endSpec()
        .build();
  }

  private static String digest(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
