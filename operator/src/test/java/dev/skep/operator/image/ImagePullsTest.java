package dev.skep.operator.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.oci.ResolvedImage;
import dev.skep.operator.node.ProgramKey;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ImagePullsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final ProgramKey PROGRAM = new ProgramKey("ns", "p");

  @Test
  @DisplayName("an error of the machine ends a pull too, and it is tried again")
  void errorEndsThePull() throws InterruptedException {
    Pull pull =
        pulled(
            () -> {
              throw new StackOverflowError();
            });
    assertThat(pull)
        .isInstanceOfSatisfying(
            Pull.PullFailed.class,
            failed -> assertThat(failed.failure().reason()).isEqualTo(Reason.InternalError));
  }

  @Test
  @DisplayName("what the registry refuses is the outcome, with the time of the next attempt")
  void refusalIsTheOutcome() throws InterruptedException {
    Failure failure = Failure.of(Reason.ImageNotFound, "not there");
    Pull pull =
        pulled(
            () -> {
              throw failure.toException();
            });
    assertThat(pull)
        .isInstanceOfSatisfying(
            Pull.PullFailed.class,
            failed -> {
              assertThat(failed.failure()).isEqualTo(failure);
              assertThat(failed.retryAt()).isAfter(NOW);
            });
  }

  private static Pull pulled(Supplier<ResolvedImage> registry) throws InterruptedException {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    ImageSource source =
        new ImageSource() {
          @Override
          public String resolve(PullRequest request) {
            return "sha256:d";
          }

          @Override
          public ResolvedImage fetch(PullRequest request, String digest) {
            asked.join();
            return registry.get();
          }
        };
    ImagePulls pulls = PullsFrom.source(source, () -> NOW);
    CountDownLatch finished = new CountDownLatch(1);
    pulls.onFinished(program -> finished.countDown());
    PullRequest request = new PullRequest(PROGRAM, "r.example.com/p:v1", List.of(), null, false);
    assertThat(pulls.want(request)).isInstanceOf(Pull.Pulling.class);
    asked.complete(null);
    assertThat(finished.await(10, TimeUnit.SECONDS)).isTrue();
    return pulls.want(request);
  }
}
