package dev.skep.operator.neighbour;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NeighbourTest {
  private static final Instant NOW = Instant.parse("2030-01-01T12:00:00Z");
  private static final Instant YESTERDAY = NOW.minusSeconds(86_400);

  @Test
  @DisplayName("who comes second, with no Lease yet, gives way and says to whom")
  void secondGivesWay() {
    var before = before(List.of(lease("first", "p-1", YESTERDAY, 3)), "second");

    assertThat(before).contains(new Neighbour("first", "p-1", YESTERDAY));
    assertThat(before.get().words("second"))
        .contains("namespace first works here", "Lease first/skep-operator", "Remove one");
  }

  @Test
  @DisplayName("of two that both have a Lease just the younger gives way")
  void youngerGivesWay() {
    List<Lease> both =
        List.of(lease("first", "a", YESTERDAY, 3), lease("second", "b", NOW.minusSeconds(60), 3));

    assertThat(before(both, "first")).isEmpty();
    assertThat(before(both, "second")).isPresent();
  }

  @Test
  @DisplayName("of two made in the same second just one gives way")
  void sameSecond() {
    List<Lease> both = List.of(lease("b", "x", YESTERDAY, 1), lease("a", "y", YESTERDAY, 1));

    assertThat(before(both, "a")).isEmpty();
    assertThat(before(both, "b")).isPresent();
  }

  @Test
  @DisplayName("one that is gone, or gave its Lease back, is in nobody's way")
  void goneOnes() {
    assertThat(before(List.of(lease("first", "p", YESTERDAY, 31)), "second")).isEmpty();
    assertThat(before(List.of(lease("first", "", YESTERDAY, 1)), "second")).isEmpty();
    assertThat(before(List.of(), "second")).isEmpty();
  }

  @Test
  @DisplayName("a Lease where no operator's account is holds nobody up, however old it is")
  void noOperator() {
    List<Lease> three =
        List.of(
            lease("tenant", "x", YESTERDAY.minusSeconds(9), 1),
            lease("first", "p-1", YESTERDAY, 3),
            lease("second", "p-2", NOW.minusSeconds(60), 3));

    assertThat(Neighbour.before(three, "first", NOW, ns -> !ns.equals("tenant"))).isEmpty();
    assertThat(Neighbour.before(three, "second", NOW, ns -> !ns.equals("tenant")))
        .map(Neighbour::namespace)
        .contains("first");
  }

  private static Optional<Neighbour> before(List<Lease> leases, String own) {
    return Neighbour.before(leases, own, NOW, namespace -> true);
  }

  private static Lease lease(String namespace, String holder, Instant made, int renewedSecondsAgo) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName("skep-operator")
        .withCreationTimestamp(made.toString())
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(holder)
        .withLeaseDurationSeconds(15)
        .withRenewTime(NOW.minusSeconds(renewedSecondsAgo).atZone(ZoneOffset.UTC))
        .endSpec()
        .build();
  }
}
