package dev.skep.node.source;

import dev.skep.node.cluster.Tls;
import dev.skep.node.log.Log;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** The HTTP client that trusts what the file of authorities says now. */
final class MirrorClient {
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  private final Optional<Path> authorities;
  private final Optional<ToldAuthorities> told;
  private byte[] trusted;
  private HttpClient http;

  MirrorClient(Optional<Path> authorities, Optional<ToldAuthorities> told) {
    this.authorities = authorities;
    this.told = told;
  }

  /**
   * Made when first needed, since a daemon that only adopts starts without it, and made anew when
   * other authorities are to be trusted.
   *
   * @throws IOException when nothing that is said can be trusted; the message says why
   */
  HttpClient current() throws IOException {
    // Outside the lock: who waits for an API server that does not answer holds up nobody else.
    return trusting(authorities.isPresent() ? read(authorities.get()) : null);
  }

  private synchronized HttpClient trusting(byte[] now) throws IOException {
    if (http == null || !Arrays.equals(now, trusted)) {
      HttpClient made = make(now);
      if (http != null) {
        Log.of(MirrorClient.class).info("the mirror's authorities changed");
        http.shutdown();
      }
      http = made;
      trusted = now;
    }
    return http;
  }

  private HttpClient make(byte[] trust) throws IOException {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT);
    if (trust != null) {
      try {
        builder.sslContext(Tls.trusting(trust));
      } catch (IOException e) {
        throw new IOException(
            "%s (--mirror-ca) holds no certificates: %s".formatted(file(), e.getMessage()), e);
      }
    }
    return builder.build();
  }

  private byte[] read(Path file) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      bytes = new byte[0];
    } catch (IOException e) {
      throw new IOException("%s (--mirror-ca) cannot be read: %s".formatted(file, e), e);
    }
    return isBlank(bytes) ? ask(file) : bytes;
  }

  /** While the file is empty. */
  private byte[] ask(Path file) throws IOException {
    byte[] said = new byte[0];
    try {
      if (told.isPresent()) {
        said = told.get().pem();
      }
    } catch (IOException e) {
      byte[] before = trusted();
      if (before != null) {
        return before;
      }
      throw new IOException(
          "%s (--mirror-ca) is empty, and the API server does not say either whom to trust: %s"
              .formatted(file, e.getMessage()),
          e);
    }
    if (isBlank(said)) {
      throw new IOException(
          "%s (--mirror-ca) is empty: the operator has not said yet whom to trust%s"
              .formatted(file, told.isPresent() ? "" : ", or the kubelet has not brought it yet"));
    }
    return said;
  }

  private synchronized byte[] trusted() {
    return trusted;
  }

  private static boolean isBlank(byte[] pem) {
    return new String(pem, StandardCharsets.ISO_8859_1).isBlank();
  }

  /** Why TLS failed. */
  String words(SSLException e, String host) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case CertificateExpiredException expired -> {
          return "the mirror's certificate has ended: " + expired.getMessage();
        }
        case CertificateNotYetValidException early -> {
          return "the mirror's certificate is not valid yet; look at the clocks: "
              + early.getMessage();
        }
        case CertPathBuilderException unknown -> {
          return unknown();
        }
        case CertPathValidatorException invalid -> {
          if (invalid.getCause() == null) {
            return unknown();
          }
        }
        case CertificateException other -> {
          if (other.getCause() == null) {
            return "the mirror's certificate is not made for %s: %s"
                .formatted(host, other.getMessage());
          }
        }
        default -> {
          // What is below it says more.
        }
      }
    }
    return "TLS: " + e.getMessage();
  }

  private String unknown() {
    return "the mirror's certificate is of no authority in %s; a new one may be on its way"
        .formatted(file());
  }

  private String file() {
    return authorities.map(Path::toString).orElse("the JDK's list");
  }
}
