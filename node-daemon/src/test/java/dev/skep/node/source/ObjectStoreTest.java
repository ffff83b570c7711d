package dev.skep.node.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.oci.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectStoreTest {
  private static final byte[] OBJECT = "an object".getBytes(StandardCharsets.UTF_8);
  private static final String DIGEST = Digest.of(OBJECT);

  @TempDir private Path folder;
  private final Map<String, byte[]> blobs = new HashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private HttpServer server;
  private URI mirror;

  @BeforeEach
  void startMirror() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v2/skep/objects/blobs/",
        exchange -> {
          requests.incrementAndGet();
          byte[] blob = blobs.get(exchange.getRequestURI().getPath().replaceAll(".*/", ""));
          exchange.sendResponseHeaders(blob == null ? 404 : 200, blob == null ? -1 : blob.length);
          if (blob != null) {
            exchange.getResponseBody().write(blob);
          }
          exchange.close();
        });
    server.start();
    mirror = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void stopMirror() {
    server.stop(0);
  }

  @Test
  @DisplayName("an object is fetched once, and then comes from the disk")
  void cached() {
    blobs.put(DIGEST, OBJECT);

    assertThat(store().get(DIGEST)).isEqualTo(OBJECT);
    assertThat(store().get(DIGEST)).isEqualTo(OBJECT);

    assertThat(requests).hasValue(1);
  }

  @Test
  @DisplayName("bytes that do not have the digest are refused, and not kept")
  void wrongBytes() {
    blobs.put(DIGEST, "other bytes".getBytes(StandardCharsets.UTF_8));

    assertRefused(Reason.DigestMismatch, "the bytes have the digest sha256:");

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  @DisplayName("a file that rotted on the disk is fetched again")
  void rotten() throws IOException {
    Files.write(folder.resolve(DIGEST.substring(7)), new byte[] {1});
    blobs.put(DIGEST, OBJECT);

    assertThat(store().get(DIGEST)).isEqualTo(OBJECT);
  }

  @Test
  @DisplayName("what the mirror does not have names the address and its answer")
  void notThere() {
    assertRefused(Reason.FetchFailed, mirror + "/v2/skep/objects/blobs/" + DIGEST + ": HTTP 404");
  }

  @Test
  @DisplayName("a mirror that is away is a transient failure that says so")
  void mirrorAway() {
    server.stop(0);

    assertRefused(Reason.FetchFailed, "connection refused");
  }

  @Test
  @DisplayName("an object beyond the limit is not read to its end")
  void tooLarge() {
    blobs.put(DIGEST, new byte[ObjectStore.MAX_OBJECT_BYTES + 1]);

    assertRefused(Reason.FetchFailed, "16777216");
  }

  @Test
  @DisplayName("a mirror that stops in the middle of an object is not waited for without end")
  void stalls() {
    blobs.put(DIGEST, OBJECT);
    CountDownLatch end = new CountDownLatch(1);
    server.removeContext("/v2/skep/objects/blobs/");
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, OBJECT.length);
          exchange.getResponseBody().write(OBJECT, 0, 3);
          exchange.getResponseBody().flush();
          await(end);
          exchange.close();
        });
    ObjectStore hasty =
        new ObjectStore(
            folder,
            Optional.of(MirrorAccess.plain(mirror)),
            Optional.empty(),
            1 << 20,
            Duration.ofMillis(200));
    try {
      assertThatThrownBy(() -> hasty.get(DIGEST))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("no complete answer");
    } finally {
      end.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @DisplayName("what cannot be kept leaves nothing behind")
  void cannotBeKept() throws IOException {
    Path taken = folder.resolve(DIGEST.substring(7));
    Files.createDirectories(taken.resolve("in the way"));

    store().put(DIGEST, OBJECT);

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(taken);
    }
  }

  @Test
  @DisplayName("a digest that is no digest never becomes a path")
  void noPath() {
    assertThatThrownBy(() -> store().get("sha256:../../etc/passwd")).isInstanceOf(Refusal.class);
  }

  @Test
  @DisplayName("beyond its size the cache drops what was not used for longest")
  void bounded() throws IOException {
    ObjectStore small =
        new ObjectStore(folder, Optional.empty(), Optional.empty(), 20, Duration.ofSeconds(1));
    put(small, "0123456789", 1);
    put(small, "abcdefghij", 2);

    put(small, "ABCDEFGHIJ", 3);

    assertThat(small.onDisk(digest("0123456789"))).isEmpty();
    assertThat(small.onDisk(digest("abcdefghij"))).isPresent();
    assertThat(small.onDisk(digest("ABCDEFGHIJ"))).isPresent();
  }

  private void put(ObjectStore store, String text, long usedAt) throws IOException {
    store.put(digest(text), text.getBytes(StandardCharsets.UTF_8));
    Files.setLastModifiedTime(
        folder.resolve(digest(text).substring(7)), FileTime.fromMillis(usedAt));
  }

  private static String digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private ObjectStore store() {
    return new ObjectStore(folder, Optional.of(MirrorAccess.plain(mirror)));
  }

  private void assertRefused(Reason reason, String message) {
    assertThatThrownBy(() -> store().get(DIGEST))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.failure().reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }
}
