package dev.skep.artifact.oci;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;

/** Why there was no connection. */
public final class NoConnection {
  private NoConnection() {}

  /** In words; empty where that is not what went wrong. */
  public static Optional<String> inWords(Throwable e) {
    // Java's own client says of a name that nobody knows only that it could not connect.
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return Optional.of("the name is not known");
      }
    }
    return switch (e) {
      case HttpConnectTimeoutException _ -> Optional.of("no connection within the time allowed");
      case ConnectException failed ->
          Optional.of(failed.getMessage() == null ? "connection refused" : failed.getMessage());
      default -> Optional.empty();
    };
  }
}
