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
import java.util.stream.Stream;

/** Asks the API server who shows a token, and remembers for a while what it said. */
@ApplicationScoped
class Callers {
  /** As many as a large cluster has. */
  private static final int DAEMONS = 10_000;

  private static final int OTHERS = 1_000;

  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** A token is one or two kilobytes; what is longer is none. */
  private static final int LONGEST_TOKEN = 16 << 10;

  private record Known(Caller caller, Instant until) {}

  /** By the token's digest, that no token is kept; the least recently used go first. */
  private static final class Answers extends LinkedHashMap<String, Known> {
    private static final long serialVersionUID = 1L;

    private final int most;

    private Answers(int most) {
      super(16, 0.75f, true);
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
      return size() > most;
    }
  }

  private final UnaryOperator<TokenReview> apiServer;
  private final String audience;
  private final String daemon;
  private final Duration remember;
  private final InstantSource clock;

  // Anybody can show any number of tokens: that costs daemons no place, and no turn.
  private final Answers daemons = new Answers(DAEMONS);
  private final Answers others = new Answers(OTHERS);
  private final Semaphore askingOfDaemons = new Semaphore(8);
  private final Semaphore askingOfOthers = new Semaphore(8);
  private final AddressPace pace = new AddressPace();

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
    Instant now = clock.instant();
    String digest = digest(token);
    synchronized (daemons) {
      return Stream.of(daemons, others)
          .map(answers -> answers.get(digest))
          .filter(found -> found != null && now.isBefore(found.until()))
          .map(Known::caller)
          .findFirst();
    }
  }

  /**
   * Asks; blocks.
   *
   * @param address of whoever shows it
   */
  Caller ask(String token, String address) {
    boolean wasDaemon = wasDaemon(token);
    if (!wasDaemon && !pace.allows(address, clock.instant())) {
      return new Caller.Unclear(address + " shows too many new tokens");
    }
    Semaphore asking = wasDaemon ? askingOfDaemons : askingOfOthers;
    if (!asking.tryAcquire()) {
      return new Caller.Unclear("too many tokens are being checked");
    }
    try {
      TokenReview answer = apiServer.apply(question(token));
      Caller caller = Caller.of(answer.getStatus(), audience, daemon);
      remember(token, caller);
      return caller;
    } catch (KubernetesClientException e) {
      return new Caller.Unclear("the token cannot be checked: " + e.getMessage());
    } finally {
      asking.release();
    }
  }

  /** It is asked about again, for tokens end, but it is no stranger's. */
  private boolean wasDaemon(String token) {
    synchronized (daemons) {
      return daemons.containsKey(digest(token));
    }
  }

  private void remember(String token, Caller caller) {
    String digest = digest(token);
    Known known = new Known(caller, clock.instant().plus(remember));
    synchronized (daemons) {
      if (caller instanceof Caller.Daemon) {
        daemons.put(digest, known);
      } else {
        daemons.remove(digest);
        others.put(digest, known);
      }
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
