package dev.skep.tests.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.artifact.oci.Digest;
import dev.skep.tests.operator.Replicas.Replica;
import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.TestImages;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLHandshakeException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Two operators, of which one leads and both serve. */
class TwoOperatorsIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final byte[] OBJECT = TestImages.object("tp");
  private static final String DIGEST = Digest.of(OBJECT);
  private final Replicas replicas;

  private Replica one;
  private Replica two;

  TwoOperatorsIT(@Shared Replicas replicas) {
    this.replicas = replicas;
  }

  @BeforeEach
  void startBoth() {
    // At the same moment: they race for the empty Secret and for the Lease.
    one = replicas.start("operator-1", Map.of());
    two = replicas.start("operator-2", Map.of());
    replicas.ready(one);
    replicas.ready(two);
    Awaitility.await("one leads").atMost(SOON).until(() -> one.leads() || two.leads());
  }

  @AfterEach
  void endBoth() {
    one.process().close();
    two.process().close();
  }

  @Test
  @DisplayName("both are Ready, one leads, and both show a certificate of the same authority")
  void oneLeadsBothServe() throws Exception {
    replicas.apply("served", replicas.image("served"));
    replicas.awaitRevision("served");
    MirrorCaller daemon =
        new MirrorCaller(replicas.authorities(), replicas.token("skep-daemon", "skep-mirror"));

    assertThat(Set.of(one.leads(), two.leads())).containsExactlyInAnyOrder(true, false);
    assertThat(replicas.leader()).isEqualTo(leader().name());
    for (Replica replica : List.of(one, two)) {
      HttpResponse<byte[]> answer = daemon.get(replica, DIGEST);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(OBJECT);
      assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
      assertThat(replica.get("/v2/skep/objects/blobs/" + DIGEST)).isNull();
    }
  }

  @Test
  @DisplayName("nobody but a daemon with a token for the mirror gets anything, and is told why")
  void whoGetsNothing() throws Exception {
    String ca = replicas.authorities();
    assertRefused(ca, null, 401, "no token");
    assertRefused(ca, "not.a.token", 401, "does not take this token");
    // The token that every pod has: for the API server.
    assertRefused(
        ca,
        replicas.token("skep-daemon", "https://kubernetes.default.svc.cluster.local"),
        401,
        "audience skep-mirror");
    assertRefused(
        ca,
        replicas.token("default", "skep-mirror"),
        403,
        "the token is of system:serviceaccount:skep-system:default");
    assertThat(one.get("/q/metrics"))
        .contains("skep_mirror_requests_total{outcome=\"unauthenticated\"} 3.0")
        .contains("skep_mirror_requests_total{outcome=\"forbidden\"} 1.0");
  }

  private void assertRefused(String ca, String token, int status, String words) throws Exception {
    HttpResponse<byte[]> answer = new MirrorCaller(ca, token).get(one, DIGEST);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(new String(answer.body())).contains(words);
  }

  @Test
  @DisplayName("TLS before 1.3 is not spoken")
  void onlyTls13() {
    MirrorCaller old =
        new MirrorCaller(
            replicas.authorities(), replicas.token("skep-daemon", "skep-mirror"), "TLSv1.2");
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> old.get(one, DIGEST))
        .isInstanceOf(SSLHandshakeException.class);
  }

  @Test
  @DisplayName("the leader is killed: the other acts within the Lease, and decides nothing twice")
  void theLeaderIsKilled() {
    replicas.apply("before", replicas.image("before"));
    replicas.awaitRevision("before");
    Replica dying = leader();
    Replica left = other(dying);

    Instant killed = Instant.now();
    dying.process().kill();
    replicas.apply("after", replicas.image("after"));
    replicas.awaitRevision("after");
    Duration took = Duration.between(killed, Instant.now());

    System.out.println("killed leader: the other acted after " + took.toMillis() + " ms");
    assertThat(left.leads()).isTrue();
    assertThat(took).isLessThan(Replicas.LEASE.plusSeconds(6));
    assertDecidedOnce("before");
    assertDecidedOnce("after");
  }

  @Test
  @DisplayName("the leader is told to end: it frees the Lease, and the other acts at once")
  void theLeaderEnds() {
    Replica ending = leader();
    Replica left = other(ending);

    Instant told = Instant.now();
    ending.process().close();
    Awaitility.await("the other leads")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(left::leads);
    Duration took = Duration.between(told, Instant.now());

    System.out.println("ended leader: the other led after " + took.toMillis() + " ms");
    assertThat(ending.process().output()).contains("the Lease is free");
    replicas.apply("handed-over", replicas.image("handed-over"));
    replicas.awaitRevision("handed-over");
    assertDecidedOnce("handed-over");
  }

  private void assertDecidedOnce(String program) {
    String uid = replicas.program(program).getMetadata().getUid();
    assertThat(
            replicas
                .client
                .resources(BpfRevision.class)
                .inNamespace(Replicas.NAMESPACE)
                .list()
                .getItems()
                .stream()
                .filter(r -> r.getMetadata().getOwnerReferences().getFirst().getUid().equals(uid)))
        .hasSize(1);
    List<String> events =
        replicas.client.v1().events().inNamespace(Replicas.NAMESPACE).list().getItems().stream()
            .filter(e -> uid.equals(e.getInvolvedObject().getUid()))
            .map(e -> e.getReason() + " " + e.getMessage())
            .collect(Collectors.toList());
    assertThat(events).doesNotHaveDuplicates();
  }

  private Replica leader() {
    return one.leads() ? one : two;
  }

  private Replica other(Replica replica) {
    return replica == one ? two : one;
  }
}
