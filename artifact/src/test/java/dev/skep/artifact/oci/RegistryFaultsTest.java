package dev.skep.artifact.oci;

import static dev.skep.artifact.oci.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A registry that lies, stalls or is not there is met with the right answer")
class RegistryFaultsTest extends WithRegistry {
  @Test
  void aChangedLayerIsRefused() {
    behaviour =
        exchange -> {
          if (!isLayer(exchange, image)) {
            return false;
          }
          byte[] changed = image.blobs.values().iterator().next().clone();
          changed[changed.length / 2] ^= 1;
          return send(exchange, 200, changed);
        };

    assertRefused(this::pull, Reason.DigestMismatch, "image 127.0.0.1:", "the layer");
  }

  @Test
  void aLayerCutShortIsRefused() {
    behaviour = exchange -> isLayer(exchange, image) && send(exchange, 200, new byte[10]);

    assertRefused(this::pull, Reason.DigestMismatch, "the layer");
  }

  @Test
  void aConnectionCutInTheMiddleIsTriedAgainLater() {
    behaviour =
        exchange -> {
          if (!isLayer(exchange, image)) {
            return false;
          }
          exchange.sendResponseHeaders(200, image.blobs.values().iterator().next().length);
          exchange.getResponseBody().write(new byte[10]);
          exchange.getResponseBody().flush();
          throw new IOException("cut");
        };

    Refusal refusal = catchThrowableOfType(Refusal.class, this::pull);
    assertThat(refusal).hasMessageContaining("cannot be reached");
    assertThat(refusal.failure().reason().retry()).isEqualTo(Reason.Retry.TRANSIENT);
  }

  @Test
  void aLayerLongerThanItsDescriptorIsNotRead() {
    behaviour = exchange -> isLayer(exchange, image) && send(exchange, 200, new byte[1 << 20]);

    assertRefused(this::pull, Reason.DigestMismatch, "more", "bytes the manifest says");
  }

  @Test
  void aChangedManifestIsRefused() {
    behaviour =
        exchange -> {
          exchange.getResponseHeaders().set("Docker-Content-Digest", Digest.of(new byte[1]));
          return send(exchange, 200, manifest);
        };

    assertRefused(this::pull, Reason.DigestMismatch, "the manifest");
  }

  @Test
  void anEndlessManifestIsStopped() {
    behaviour =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] block = new byte[1 << 20];
          for (int i = 0; i < 1000; i++) {
            exchange.getResponseBody().write(block);
          }
          return true;
        };

    assertRefused(this::pull, Reason.TooLarge, "4 MiB");
  }

  @Test
  void anAnswerThatNeverComesEndsInTime() {
    behaviour =
        exchange -> {
          pause();
          return false;
        };

    assertRefused(this::pullInHaste, Reason.RegistryUnreachable, "no complete answer within");
  }

  @Test
  void aBodyThatStallsEndsInTime() {
    behaviour =
        exchange -> {
          exchange.sendResponseHeaders(200, manifest.length);
          exchange.getResponseBody().write(manifest, 0, 5);
          exchange.getResponseBody().flush();
          pause();
          return true;
        };

    assertRefused(this::pullInHaste, Reason.RegistryUnreachable, "no complete answer within");
  }

  @Test
  void aServerErrorAndTooManyRequestsAreTriedAgain() {
    behaviour = exchange -> send(exchange, 503, new byte[0]);
    assertRefused(this::pull, Reason.RegistryUnreachable, "503");
    behaviour = exchange -> send(exchange, 429, new byte[0]);
    assertRefused(this::pull, Reason.RegistryUnreachable, "too many requests");
  }

  @Test
  void nothingIsPromisedThatACommandLineDoesNotDo() {
    behaviour = exchange -> send(exchange, 503, new byte[0]);
    assertThatThrownBy(this::pull).hasMessageEndingWith("answers 503");
    server.stop(0);
    assertThatThrownBy(this::pull).hasMessageEndingWith("connection refused");
  }

  @Test
  void anEndlessRedirectEnds() {
    behaviour =
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/again");
          return send(exchange, 302, new byte[0]);
        };

    assertRefused(this::pull, Reason.RegistryUnreachable, "redirects more than 5 times");
  }

  @Test
  void nobodyListens() {
    server.stop(0);

    assertRefused(this::pull, Reason.RegistryUnreachable, "connection refused");
  }

  @Test
  void anUnknownHostIsNamed() {
    assertRefused(
        () -> registry.pull(ImageReference.parse("no.such.invalid/x"), Credentials.none()),
        Reason.RegistryUnreachable,
        "image no.such.invalid/x:latest",
        "name is not known");
  }

  /** Only where a time-out is what is tested: any other answer may be slow on a busy machine. */
  private ResolvedImage pullInHaste() {
    Duration soon = Duration.ofMillis(300);
    try (RegistryImages hasty =
        new RegistryImages(RegistrySettings.defaults().withTimeouts(soon, soon))) {
      return hasty.pull(reference(), Credentials.none());
    }
  }

  private static boolean isLayer(HttpExchange exchange, SampleImage image) {
    return exchange.getRequestURI().getPath().endsWith(image.blobs.keySet().iterator().next());
  }

  private static void pause() {
    try {
      Thread.sleep(3000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
