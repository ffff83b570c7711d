package dev.skep.node.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.oci.Digest;
import dev.skep.artifact.process.Command;
import dev.skep.node.cluster.ApiServer;
import dev.skep.node.cluster.FakeApiServer;
import dev.skep.node.cluster.FakeApiServer.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon says of a mirror that is not as it should be, and how it gets over it. */
class MirrorTlsIT {
  private static final byte[] OBJECT = "an object".getBytes(StandardCharsets.UTF_8);
  private static final String DIGEST = Digest.of(OBJECT);
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static KeyStore good;
  private static KeyStore other;
  private static KeyStore ended;
  private static KeyStore otherName;

  @TempDir private static Path keys;
  @TempDir private Path folder;
  private Path authorities;
  private Path token;
  private HttpsServer server;

  @BeforeAll
  static void makeCertificates() throws Exception {
    good = certificate("good", "dns:localhost", "-validity", "2");
    other = certificate("other", "dns:localhost", "-validity", "2");
    ended = certificate("ended", "dns:localhost", "-startdate", "-3d", "-validity", "1");
    otherName = certificate("name", "dns:elsewhere", "-validity", "2");
  }

  /** With an authority of its own, by the JDK's own tool, which no daemon needs. */
  private static KeyStore certificate(String name, String subject, String... life)
      throws Exception {
    Path file = keys.resolve(name);
    keytool(file, "-alias", "ca", "-dname", "CN=ca of " + name, "-ext", "bc:c");
    List<String> server =
        new ArrayList<>(
            List.of("-alias", "mirror", "-dname", "CN=" + name, "-ext", "san=" + subject));
    server.addAll(List.of("-signer", "ca"));
    server.addAll(List.of(life));
    keytool(file, server.toArray(new String[0]));
    KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD);
    store.deleteEntry("ca");
    return store;
  }

  private static void keytool(Path file, String... arguments) {
    Command.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString())
        .and("-genkeypair", "-keyalg", "EC", "-keystore", file.toString())
        .and("-storepass", new String(PASSWORD))
        .and(arguments)
        .output();
  }

  @BeforeEach
  void files() throws Exception {
    authorities = Files.writeString(folder.resolve("ca.crt"), "");
    token = Files.writeString(folder.resolve("token"), "first\n");
    show(good);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  @DisplayName("while no authority is told the failure says so; once one is, the object comes")
  void authoritiesComeLater() throws Exception {
    ObjectStore store = store();
    assertFails(
        store, "ca.crt (--mirror-ca) is empty: the operator has not said yet whom to trust");

    Files.delete(authorities);
    assertFails(store, "ca.crt (--mirror-ca) is empty");
    Files.writeString(authorities, "no certificate");
    assertFails(store, "ca.crt (--mirror-ca) holds no certificates");

    trust(good);
    assertThat(store.get(DIGEST)).isEqualTo(OBJECT);
  }

  @Test
  @DisplayName("an authority that the kubelet has not brought yet is asked of the API server")
  void toldByTheApiServer() throws Exception {
    AtomicReference<Answer> answer = new AtomicReference<>(new Answer(403, "no right"));
    try (FakeApiServer fake = new FakeApiServer(request -> answer.get());
        ApiServer api = fake.client()) {
      ObjectStore store = store(Optional.of(new ToldAuthorities(api, "skep-system", "ca")));
      assertFails(
          store,
          "the API server does not say either whom to trust: ConfigMap skep-system/ca: ",
          "no right");
      answer.set(new Answer(200, "{}"));
      assertFails(
          store, "ca.crt (--mirror-ca) is empty: the operator has not said yet whom to trust");

      answer.set(
          new Answer(
              200,
              new ObjectMapper().writeValueAsString(Map.of("data", Map.of("ca.crt", pem(good))))));
      assertThat(store.get(DIGEST)).isEqualTo(OBJECT);
      answer.set(new Answer(503, "away"));
      Files.delete(folder.resolve("objects").resolve(DIGEST.substring(7)));
      assertThat(store.get(DIGEST)).as("what was said before holds").isEqualTo(OBJECT);
      assertThat(fake.requests).containsOnly("GET /api/v1/namespaces/skep-system/configmaps/ca");
    }
  }

  @Test
  @DisplayName("a mirror of another authority is not trusted, until the file says so too")
  void anotherAuthority() throws Exception {
    ObjectStore store = store();
    trust(other);
    assertFails(store, "the mirror's certificate is of no authority in " + authorities);

    trust(other, good);
    assertThat(store.get(DIGEST)).isEqualTo(OBJECT);
  }

  @Test
  @DisplayName("a certificate for another name, and one that has ended, are said as that")
  void wrongCertificates() throws Exception {
    server.stop(0);
    show(otherName);
    trust(otherName);
    assertFails(store(), "the mirror's certificate is not made for localhost");

    server.stop(0);
    show(ended);
    trust(ended);
    assertFails(store(), "the mirror's certificate has ended");
  }

  @Test
  @DisplayName("a token that is not taken is said with its file; a new one is shown at once")
  void tokenRotates() throws Exception {
    trust(good);
    ObjectStore store = store();
    Files.writeString(token, "stale");
    assertFails(
        store, "the mirror does not take the token of " + token + ": HTTP 401: not this one");

    Files.writeString(token, "first\n");
    assertThat(store.get(DIGEST)).isEqualTo(OBJECT);

    Files.delete(token);
    Files.deleteIfExists(folder.resolve("objects").resolve(DIGEST.substring(7)));
    assertFails(store, "the mirror's token (--mirror-token) cannot be read");
  }

  private static void assertFails(ObjectStore store, String... words) {
    assertThatThrownBy(() -> store.get(DIGEST))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.failure().message()).contains(words);
              assertThat(refusal.failure().reason()).isEqualTo(Reason.FetchFailed);
              assertThat(refusal.failure().reason().retry()).isEqualTo(Reason.Retry.TRANSIENT);
            });
  }

  private ObjectStore store() {
    return store(Optional.empty());
  }

  private ObjectStore store(Optional<ToldAuthorities> told) {
    return new ObjectStore(
        folder.resolve("objects"),
        Optional.of(
            new MirrorAccess(
                URI.create("https://localhost:%d".formatted(server.getAddress().getPort())),
                Optional.of(authorities),
                Optional.empty(),
                Optional.of(token))),
        told);
  }

  private void trust(KeyStore... stores) throws IOException, GeneralSecurityException {
    Files.writeString(authorities, pem(stores));
  }

  private static String pem(KeyStore... stores) throws GeneralSecurityException {
    StringBuilder pem = new StringBuilder();
    for (KeyStore store : stores) {
      pem.append("-----BEGIN CERTIFICATE-----\n")
          .append(
              Base64.getMimeEncoder()
                  .encodeToString(store.getCertificateChain("mirror")[1].getEncoded()))
          .append("\n-----END CERTIFICATE-----\n");
    }
    return pem.toString();
  }

  private void show(KeyStore store) throws IOException, GeneralSecurityException {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD);
    SSLContext tls = SSLContext.getInstance("TLSv1.3");
    tls.init(managers.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.createContext("/", MirrorTlsIT::answer);
    server.start();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    boolean known = "Bearer first".equals(exchange.getRequestHeaders().getFirst("Authorization"));
    byte[] body = known ? OBJECT : "not this one\n".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(known ? 200 : 401, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
