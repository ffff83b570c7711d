package dev.skep.artifact.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NoConnectionTest {
  @Test
  @DisplayName("a name that nobody knows is no refused connection, though Java throws the same")
  void unknownName() {
    ConnectException unknown = new ConnectException();
    unknown.initCause(new UnresolvedAddressException());
    assertThat(NoConnection.inWords(unknown)).contains("the name is not known");
    assertThat(NoConnection.inWords(new ConnectException())).contains("connection refused");
    assertThat(NoConnection.inWords(new ConnectException("No route to host")))
        .contains("No route to host");
    assertThat(NoConnection.inWords(new HttpConnectTimeoutException("")))
        .contains("no connection within the time allowed");
    assertThat(NoConnection.inWords(new IOException("else"))).isEmpty();
  }
}
