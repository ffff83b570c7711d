package dev.skep.node.cluster;

import java.io.IOException;

/** The API server's answer was no. */
public final class ApiException extends IOException {
  private final int status;

  ApiException(int status, String message) {
    super(message + " (HTTP " + status + ")");
    this.status = status;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }
}
