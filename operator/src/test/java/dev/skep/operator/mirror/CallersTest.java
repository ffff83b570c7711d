package dev.skep.operator.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.operator.config.OperatorSettings;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CallersTest {
  private static final String DAEMON = "system:serviceaccount:skep-system:skep-daemon";

  private static final String NODE = "10.0.0.1";

  private final List<TokenReview> asked = Collections.synchronizedList(new ArrayList<>());
  private Instant now = Instant.parse("2030-01-01T00:00:00Z");

  @Test
  @DisplayName("a daemon's token is asked about once a minute, with the audience it has to have")
  void onceAMinute() {
    Callers callers = callers(review -> answer(review, true, DAEMON, "skep-mirror"));

    assertThat(callers.known("t")).isEmpty();
    assertThat(callers.ask("t", NODE)).isEqualTo(new Caller.Daemon());
    assertThat(callers.known("t")).contains(new Caller.Daemon());
    assertThat(asked)
        .singleElement()
        .extracting(r -> r.getSpec().getAudiences())
        .isEqualTo(List.of("skep-mirror"));

    now = now.plusSeconds(60);
    assertThat(callers.known("t")).isEmpty();
  }

  @Test
  @DisplayName("another account's token is refused by name")
  void stranger() {
    Callers callers =
        callers(review -> answer(review, true, "system:serviceaccount:a:b", "skep-mirror"));

    assertThat(callers.ask("t", NODE))
        .isEqualTo(
            new Caller.Stranger(
                "the token is of system:serviceaccount:a:b; objects are for " + DAEMON));
  }

  @Test
  @DisplayName("what the API server does not take is refused in its words")
  void unknown() {
    Callers callers =
        callers(
            review ->
                new TokenReviewBuilder(review)
                    .withNewStatus()
                    .withAuthenticated(false)
                    .withError("token has expired")
                    .endStatus()
                    .build());

    assertThat(callers.ask("t", NODE))
        .isEqualTo(
            new Caller.Unknown(
                "the API server does not take this token for audience skep-mirror:"
                    + " token has expired"));
  }

  @Test
  @DisplayName("an API server that knows nothing of audiences proves nothing")
  void noAudience() {
    Callers callers = callers(review -> answer(review, true, DAEMON));

    assertThat(callers.ask("t", NODE)).isInstanceOf(Caller.Unknown.class);
  }

  @Test
  @DisplayName("an API server that is away is no answer, and is not remembered")
  void away() {
    Callers callers =
        callers(
            review -> {
              throw new KubernetesClientException("away");
            });

    assertThat(callers.ask("t", NODE))
        .isEqualTo(new Caller.Unclear("the token cannot be checked: away"));
    assertThat(callers.known("t")).isEmpty();
  }

  @Test
  @DisplayName("what is far too long for a token costs nobody a question")
  void tooLong() {
    Callers callers = callers(review -> answer(review, true, DAEMON, "skep-mirror"));

    assertThat(callers.known("x".repeat(20_000))).isPresent();
    assertThat(asked).isEmpty();
  }

  @Test
  @DisplayName("whoever shows any number of tokens pushes no daemon's out")
  void manyTokens() {
    Callers callers = callers(this::anyButTheDaemons);
    callers.ask("daemon", NODE);

    for (int i = 0; i < 11_000; i++) {
      callers.ask("any-" + i, "10.1.%d.%d".formatted(i / 250, i % 250));
    }

    assertThat(asked).hasSize(11_001);
    assertThat(callers.known("daemon")).contains(new Caller.Daemon());
    assertThat(callers.known("any-10999")).isPresent();
    assertThat(callers.known("any-0")).isEmpty();
  }

  @Test
  @DisplayName("a token that was a daemon's is checked again however many others are being checked")
  void daemonsHaveTheirTurn() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(8);
    Callers callers =
        callers(
            review -> {
              if (!review.getSpec().getToken().equals("daemon")) {
                begun.countDown();
                await(mayEnd);
              }
              return anyButTheDaemons(review);
            });
    callers.ask("daemon", NODE);
    now = now.plusSeconds(60);

    try (ExecutorService others = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 8; i++) {
        String any = "any-" + i;
        String address = "10.1.0." + i;
        others.submit(() -> callers.ask(any, address));
      }
      begun.await();

      assertThat(callers.ask("new", NODE))
          .isEqualTo(new Caller.Unclear("too many tokens are being checked"));
      assertThat(callers.ask("daemon", NODE)).isEqualTo(new Caller.Daemon());
      mayEnd.countDown();
    }
  }

  @Test
  @DisplayName("one address has a few new tokens a second checked; another one does not feel it")
  void fewAnAddress() {
    Callers callers = callers(this::anyButTheDaemons);

    for (int i = 0; i < AddressPace.A_SECOND; i++) {
      assertThat(callers.ask("any-" + i, "10.1.0.1")).isInstanceOf(Caller.Unknown.class);
    }

    assertThat(callers.ask("one-more", "10.1.0.1"))
        .isEqualTo(new Caller.Unclear("10.1.0.1 shows too many new tokens"));
    assertThat(asked).hasSize(AddressPace.A_SECOND);
    assertThat(callers.ask("daemon", NODE)).isEqualTo(new Caller.Daemon());
    now = now.plusSeconds(1);
    assertThat(callers.ask("one-more", "10.1.0.1")).isInstanceOf(Caller.Unknown.class);
  }

  @Test
  @DisplayName("a daemon's token that has ended is nobody's")
  void ended() {
    AtomicBoolean ended = new AtomicBoolean();
    Callers callers = callers(review -> answer(review, !ended.get(), DAEMON, "skep-mirror"));
    callers.ask("t", NODE);
    ended.set(true);
    now = now.plusSeconds(60);

    assertThat(callers.ask("t", NODE)).isInstanceOf(Caller.Unknown.class);
    assertThat(callers.known("t")).containsInstanceOf(Caller.Unknown.class);
  }

  private TokenReview anyButTheDaemons(TokenReview review) {
    return answer(review, review.getSpec().getToken().equals("daemon"), DAEMON, "skep-mirror");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Callers callers(UnaryOperator<TokenReview> apiServer) {
    return new Callers(
        review -> {
          asked.add(review);
          return apiServer.apply(review);
        },
        new OperatorSettings.Token() {
          @Override
          public String audience() {
            return "skep-mirror";
          }

          @Override
          public String account() {
            return "skep-daemon";
          }

          @Override
          public Duration remember() {
            return Duration.ofHours(1);
          }
        },
        "skep-system",
        () -> now);
  }

  private static TokenReview answer(
      TokenReview review, boolean authenticated, String user, String... audiences) {
    return new TokenReviewBuilder(review)
        .withNewStatus()
        .withAuthenticated(authenticated)
        .withAudiences(audiences)
        .withNewUser()
        .withUsername(user)
        .endUser()
        .endStatus()
        .build();
  }
}
