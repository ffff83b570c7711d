package dev.skep.artifact.oci;

import static dev.skep.artifact.oci.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.process.Command;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.InstantSource;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A registry that is not allowed plain http is spoken to by TLS, and only when trusted")
class RegistryTlsIT {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final SampleImage image = new SampleImage();
  private final byte[] manifest = image.files(Map.of("a.o", SampleImage.elf(1))).manifest(Map.of());
  @TempDir Path folder;
  private SSLContext usual;
  private SSLContext trusting;
  private HttpsServer server;

  @BeforeEach
  void start() throws Exception {
    usual = SSLContext.getDefault();
    Path store = folder.resolve("keys.p12");
    Command.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString())
        .and("-genkeypair", "-alias", "registry", "-keyalg", "EC", "-dname", "CN=localhost")
        .and("-ext", "san=dns:localhost", "-validity", "2", "-storetype", "PKCS12")
        .and("-storepass", new String(PASSWORD), "-keystore", store.toString())
        .output();
    trusting = context(store);
    HttpsServer https =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(trusting));
    https.createContext("/", this::serve);
    https.start();
    server = https;
  }

  @AfterEach
  void stop() {
    SSLContext.setDefault(usual);
    server.stop(0);
  }

  private static SSLContext context(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] body =
          path.contains("/blobs/")
              ? image.blobs.get(path.substring(path.lastIndexOf('/') + 1))
              : manifest;
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Loopback would be plain, so the session is made by hand. */
  private ResolvedImage pull(int port) {
    var reference = ImageReference.parse("localhost:" + port + "/x/y:v1");
    try (var http = new RegistryHttp(RegistrySettings.defaults())) {
      var scope =
          new RegistryLogin.Scope(
              reference.registry(), reference.repository(), "pull", Credentials.none());
      var session =
          new RegistrySession(
              reference, http, new RegistryLogin(http, InstantSource.system()), scope, false);
      return new ImageReader(session, Platform.ofThisMachine())
          .read("x", Digest.of(manifest), session.manifestAnswer("v1").body());
    }
  }

  @Test
  void aTrustedCertificateServes() {
    SSLContext.setDefault(trusting);

    assertThat(pull(server.getAddress().getPort()).object()).isEqualTo(SampleImage.elf(1));
  }

  @Test
  void anUntrustedCertificateIsRefused() {
    assertRefused(
        () -> pull(server.getAddress().getPort()), Reason.RegistryUnreachable, "TLS", "localhost:");
  }

  @Test
  void aRegistryWithoutTlsIsNotSpokenTo() {
    assumeTrue(RegistryProcess.isInstalled(), "docker-registry is not installed");
    try (var plain = RegistryProcess.start(folder)) {
      assertRefused(
          () -> pull(plain.port()), Reason.RegistryUnreachable, "plain http has to be allowed");
    }
  }
}
