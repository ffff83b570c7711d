package dev.skep.tests.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.oci.Digest;
import dev.skep.node.source.MirrorAccess;
import dev.skep.node.source.ObjectStore;
import dev.skep.tests.operator.Replicas.Replica;
import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.TestImages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mirror's certificate and its authority change under daemons that go on fetching. */
class MirrorRotatesIT {
  /** What takes years in an install, in a minute. */
  private static final Map<String, String> QUICK =
      Map.of(
          "SKEP_MIRROR_CERTIFICATE_LIFE", "30s",
          "SKEP_MIRROR_CERTIFICATE_AUTHORITY_LIFE", "75s",
          "SKEP_MIRROR_CERTIFICATE_OVERLAP", "8s");

  private static final Duration WHOLE = Duration.ofMinutes(3);

  /** How long a kubelet takes here to bring a changed ConfigMap into a pod. */
  private static final Duration KUBELET = Duration.ofSeconds(2);

  private final Replicas replicas;
  private final List<String> failures = new ArrayList<>();
  private final Set<X509Certificate> told = new LinkedHashSet<>();
  private final Set<String> certificates = new LinkedHashSet<>();
  private int fetched;
  @TempDir private Path folder;

  MirrorRotatesIT(@Shared Replicas replicas) {
    this.replicas = replicas;
  }

  @Test
  @DisplayName("through new certificates and a new authority no fetch of a daemon fails")
  void noFetchFails() throws Exception {
    empty();
    Replica one = replicas.start("rotating-1", QUICK);
    Replica two = replicas.start("rotating-2", QUICK);
    ScheduledExecutorService kubelet = Executors.newSingleThreadScheduledExecutor();
    try {
      replicas.ready(one);
      replicas.ready(two);
      replicas.apply("rotating", replicas.image("rotating"));
      replicas.awaitRevision("rotating");
      Path authorities = folder.resolve("ca.crt");
      Files.writeString(authorities, replicas.authorities());
      Files.writeString(folder.resolve("token"), replicas.token("skep-daemon", "skep-mirror"));
      kubelet.scheduleWithFixedDelay(() -> bring(authorities), 0, 500, TimeUnit.MILLISECONDS);
      X509Certificate first = authorities().getFirst();

      // A process' first handshake loads what TLS needs, seconds where many share a processor.
      Awaitility.await("both serve").atMost(WHOLE).until(() -> fetches(one) && fetches(two));
      failures.clear();

      long end = System.nanoTime() + WHOLE.toNanos();
      while (!isOver(first) && System.nanoTime() < end) {
        fetch(one);
        fetch(two);
        certificates.add(certificate());
        Thread.sleep(100);
      }

      System.out.printf(
          "%d fetches, %d certificates, %d authorities, failures: %s%n",
          fetched, certificates.size(), told.size(), failures);
      assertThat(isOver(first)).as("the first authority is no longer trusted").isTrue();
      assertThat(failures).isEmpty();
      assertThat(fetched).isGreaterThan(40);
      assertThat(certificates.size()).isGreaterThanOrEqualTo(3);
    } finally {
      kubelet.shutdownNow();
      one.process().close();
      two.process().close();
      // Others go on with what lives longer.
      empty();
    }
  }

  /** As both are installed. */
  private void empty() {
    replicas
        .client
        .secrets()
        .inNamespace(Replicas.NAMESPACE)
        .withName("skep-mirror-tls")
        .edit(
            secret -> {
              secret.setData(null);
              return secret;
            });
    replicas
        .client
        .configMaps()
        .inNamespace(Replicas.NAMESPACE)
        .withName("skep-mirror-ca")
        .edit(
            map -> {
              map.setData(null);
              return map;
            });
  }

  /** With nothing on its disk, as a daemon that meets an object for the first time. */
  private void fetch(Replica replica) throws IOException {
    Path empty = Files.createTempDirectory(folder, "objects");
    byte[] object = TestImages.object("tp");
    MirrorAccess access =
        new MirrorAccess(
            URI.create(replica.address()),
            Optional.of(folder.resolve("ca.crt")),
            Optional.empty(),
            Optional.of(folder.resolve("token")));
    try {
      assertThat(new ObjectStore(empty, Optional.of(access)).get(Digest.of(object)))
          .isEqualTo(object);
      fetched++;
    } catch (Refusal refused) {
      failures.add(replica.name() + ": " + refused.getMessage());
    }
  }

  private boolean fetches(Replica replica) throws IOException {
    int before = fetched;
    fetch(replica);
    return fetched > before;
  }

  private void bring(Path file) {
    try {
      String now = replicas.authorities();
      Thread.sleep(KUBELET);
      Path next = Files.writeString(file.resolveSibling("next"), now);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isOver(X509Certificate first) throws Exception {
    List<X509Certificate> now = authorities();
    told.addAll(now);
    return !now.contains(first) && !now.isEmpty();
  }

  private List<X509Certificate> authorities() throws Exception {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(
            new ByteArrayInputStream(replicas.authorities().getBytes(StandardCharsets.US_ASCII)))
        .stream()
        .map(X509Certificate.class::cast)
        .toList();
  }

  private String certificate() {
    return replicas
        .client
        .secrets()
        .inNamespace(Replicas.NAMESPACE)
        .withName("skep-mirror-tls")
        .get()
        .getData()
        .get("tls.crt");
  }
}
