package dev.skep.operator.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.oci.ResolvedImage;
import dev.skep.operator.image.PullLane.Attempt;
import dev.skep.operator.node.ProgramKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PullLaneTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final Failure UNREACHABLE = Failure.of(Reason.RegistryUnreachable, "no answer");

  private final PullLane lane = new PullLane();

  @Test
  @DisplayName("there is one attempt at a time")
  void oneAtATime() {
    assertThat(lane.next(request("r:v1", null, false), T0)).isPresent();
    assertThat(lane.next(request("r:v1", null, false), T0.plusSeconds(100))).isEmpty();
    assertThat(lane.outcome()).isInstanceOf(Pull.Pulling.class);
  }

  @Test
  @DisplayName("a tag that is not followed is looked up once")
  void onceIsEnough() {
    succeed("r:v1", false, "sha256:a", Instant.MAX);
    assertThat(lane.next(request("r:v1", null, false), T0.plusSeconds(1_000_000))).isEmpty();
    assertThat(lane.outcome()).isInstanceOf(Pull.Pulled.class);
  }

  @Test
  @DisplayName("a followed tag is looked up again when that is due, and the image stays meanwhile")
  void followed() {
    succeed("r:v1", true, "sha256:a", T0.plusSeconds(300));
    assertThat(lane.next(request("r:v1", null, true), T0.plusSeconds(299))).isEmpty();
    assertThat(lane.next(request("r:v1", null, true), T0.plusSeconds(300))).isPresent();
    assertThat(lane.outcome()).isInstanceOf(Pull.Pulled.class);
  }

  @Test
  @DisplayName("after a failure there is no attempt before its time, and the failure stays said")
  void waitsAfterFailure() {
    PullRequest request = request("r:v1", null, false);
    fail(request, T0, T0.plusSeconds(15));
    assertThat(lane.next(request, T0.plusSeconds(14))).isEmpty();
    Optional<Attempt> second = lane.next(request, T0.plusSeconds(15));
    assertThat(second).isPresent();
    assertThat(lane.outcome()).isEqualTo(new Pull.PullFailed(UNREACHABLE, T0.plusSeconds(15)));
  }

  @Test
  @DisplayName("another reference or another secret is tried at once")
  void newWishAtOnce() {
    fail(request("r:v1", null, false), T0, T0.plusSeconds(300));
    assertThat(lane.next(request("r:v2", null, false), T0)).isPresent();
    PullRequest withSecret =
        new PullRequest(new ProgramKey("ns", "p"), "r:v2", List.of("login"), null, false);
    assertThat(lane.next(withSecret, T0)).isPresent();
  }

  @Test
  @DisplayName("the answer to a wish that was overtaken is not taken for the new one's")
  void lateAnswer() {
    Attempt old = lane.next(request("r:v1", null, false), T0).orElseThrow();
    Attempt current = lane.next(request("r:v2", null, false), T0).orElseThrow();
    lane.succeeded(old, image("sha256:a"), Instant.MAX);
    assertThat(lane.outcome()).isInstanceOf(Pull.Pulling.class);
    lane.succeeded(current, image("sha256:b"), Instant.MAX);
    assertThat(lane.outcome())
        .isInstanceOfSatisfying(
            Pull.Pulled.class, p -> assertThat(p.image().image().digest()).isEqualTo("sha256:b"));
  }

  @Test
  @DisplayName("what another operator decided for a tag that is not followed is taken over")
  void overruled() {
    succeed("r:v1", false, "sha256:a", Instant.MAX);
    assertThat(lane.next(request("r:v1", "sha256:a", false), T0)).isEmpty();
    assertThat(lane.next(request("r:v1", "sha256:b", false), T0))
        .hasValueSatisfying(a -> assertThat(a.request().knownDigest()).isEqualTo("sha256:b"));
  }

  private void succeed(String reference, boolean follow, String digest, Instant nextLook) {
    Attempt attempt = lane.next(request(reference, null, follow), T0).orElseThrow();
    lane.succeeded(attempt, image(digest), nextLook);
  }

  private void fail(PullRequest request, Instant now, Instant retryAt) {
    Attempt attempt = lane.next(request, now).orElseThrow();
    lane.failed(attempt, UNREACHABLE, failures -> retryAt);
  }

  private static PullRequest request(String reference, String digest, boolean follow) {
    return new PullRequest(new ProgramKey("ns", "p"), reference, List.of(), digest, follow);
  }

  private static InspectedImage image(String digest) {
    return new InspectedImage(
        new ResolvedImage("r", digest, "sha256:o", "o", new byte[1], Map.of()), null);
  }
}
