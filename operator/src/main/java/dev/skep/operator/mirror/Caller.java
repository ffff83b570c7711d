package dev.skep.operator.mirror;

import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import java.util.List;

/** Who asks, by the token shown. */
sealed interface Caller {
  /** A daemon of this installation. */
  record Daemon() implements Caller {}

  /** Nobody that the API server knows, or for whom the token is no proof here. */
  record Unknown(String why) implements Caller {}

  /** Somebody else. */
  record Stranger(String why) implements Caller {}

  /** Not to be found out now. */
  record Unclear(String why) implements Caller {}

  /**
   * What the API server's answer means.
   *
   * @param audience what the token has to be made for
   * @param daemon name of the daemons' account, {@code system:serviceaccount:<namespace>:<name>}
   */
  static Caller of(TokenReviewStatus answer, String audience, String daemon) {
    if (answer == null || !Boolean.TRUE.equals(answer.getAuthenticated())) {
      String error = answer == null || answer.getError() == null ? "" : ": " + answer.getError();
      return new Unknown(
          "the API server does not take this token for audience %s%s".formatted(audience, error));
    }
    // An API server that does not know of audiences answers none, and then proves nothing.
    List<String> audiences = answer.getAudiences() == null ? List.of() : answer.getAudiences();
    if (!audiences.contains(audience)) {
      return new Unknown("the token is not made for audience " + audience);
    }
    String name = answer.getUser() == null ? "" : answer.getUser().getUsername();
    return daemon.equals(name)
        ? new Daemon()
        : new Stranger("the token is of %s; objects are for %s".formatted(name, daemon));
  }
}
