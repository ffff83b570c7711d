package dev.skep.artifact.oci;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What a registry is shown as proof of who asks. Its text form never holds a secret. */
public sealed interface Credentials {

  /** No login. */
  static Credentials none() {
    return new None();
  }

  /** A user's name and password, or a robot's name and token. */
  static Credentials basic(String user, String password) {
    return new Basic(user, password);
  }

  /** Who logs in, in words for a message. */
  String who();

  /** No login. */
  record None() implements Credentials {
    @Override
    public String who() {
      return "nobody";
    }
  }

  /**
   * Name and password.
   *
   * @param user the name
   * @param password the secret
   */
  record Basic(String user, String password) implements Credentials {
    String header() {
      return "Basic "
          + Base64.getEncoder()
              .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String who() {
      return "user \"" + user + "\"";
    }

    @Override
    public String toString() {
      return "Basic[user=" + user + ", password=…]";
    }
  }

  /**
   * An OAuth2 refresh token, as {@code docker login} keeps it for some registries.
   *
   * @param token the secret
   */
  record IdentityToken(String token) implements Credentials {
    @Override
    public String who() {
      return "the identity token";
    }

    @Override
    public String toString() {
      return "IdentityToken[…]";
    }
  }
}
