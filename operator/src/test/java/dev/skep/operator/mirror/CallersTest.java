package dev.skep.operator.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.operator.config.OperatorSettings;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CallersTest {
  private static final String DAEMON = "system:serviceaccount:skep-system:skep-daemon";

  private final List<TokenReview> asked = new ArrayList<>();
  private Instant now = Instant.parse("2030-01-01T00:00:00Z");

  @Test
  @DisplayName("a daemon's token is asked about once a minute, with the audience it has to have")
  void onceAMinute() {
    Callers callers = callers(review -> answer(review, true, DAEMON, "skep-mirror"));

    assertThat(callers.known("t")).isEmpty();
    assertThat(callers.ask("t")).isEqualTo(new Caller.Daemon());
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

    assertThat(callers.ask("t"))
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

    assertThat(callers.ask("t"))
        .isEqualTo(
            new Caller.Unknown(
                "the API server does not take this token for audience skep-mirror:"
                    + " token has expired"));
  }

  @Test
  @DisplayName("an API server that knows nothing of audiences proves nothing")
  void noAudience() {
    Callers callers = callers(review -> answer(review, true, DAEMON));

    assertThat(callers.ask("t")).isInstanceOf(Caller.Unknown.class);
  }

  @Test
  @DisplayName("an API server that is away is no answer, and is not remembered")
  void away() {
    Callers callers =
        callers(
            review -> {
              throw new KubernetesClientException("away");
            });

    assertThat(callers.ask("t")).isEqualTo(new Caller.Unclear("the token cannot be checked: away"));
    assertThat(callers.known("t")).isEmpty();
  }

  @Test
  @DisplayName("what is far too long for a token costs nobody a question")
  void tooLong() {
    Callers callers = callers(review -> answer(review, true, DAEMON, "skep-mirror"));

    assertThat(callers.known("x".repeat(20_000))).isPresent();
    assertThat(asked).isEmpty();
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
