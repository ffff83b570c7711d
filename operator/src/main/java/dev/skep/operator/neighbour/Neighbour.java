package dev.skep.operator.neighbour;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Another installation that was here first.
 *
 * @param namespace where it is
 * @param leader name of its operator that leads
 * @param since when it was first started
 */
record Neighbour(String namespace, String leader, Instant since) {

  /**
   * Decides which one works: of those whose Lease is renewed, the one whose Lease is oldest.
   *
   * @param leases of operators, in all namespaces
   * @param own namespace of this installation
   * @param isOperator whether a namespace's account may do what operators do; asked of as few as
   *     can be, since anybody who has a namespace can make a Lease in it
   */
  static Optional<Neighbour> before(
      List<Lease> leases, String own, Instant now, Predicate<String> isOperator) {
    Optional<Lease> ours =
        leases.stream().filter(l -> l.getMetadata().getNamespace().equals(own)).findFirst();
    return leases.stream()
        .filter(l -> !l.getMetadata().getNamespace().equals(own))
        .filter(l -> isHeld(l, now))
        .filter(theirs -> ours.isEmpty() || AGE.compare(theirs, ours.get()) < 0)
        .sorted(AGE)
        .filter(l -> isOperator.test(l.getMetadata().getNamespace()))
        .findFirst()
        .map(
            l ->
                new Neighbour(
                    l.getMetadata().getNamespace(), l.getSpec().getHolderIdentity(), made(l)));
  }

  /** Of two that are made in the same second the namespaces' names decide. */
  private static final Comparator<Lease> AGE =
      Comparator.comparing(Neighbour::made).thenComparing(l -> l.getMetadata().getNamespace());

  private static Instant made(Lease lease) {
    return Instant.parse(lease.getMetadata().getCreationTimestamp());
  }

  /** Twice its duration: clocks differ, and a leader may just be replaced. */
  private static boolean isHeld(Lease lease, Instant now) {
    var spec = lease.getSpec();
    if (spec == null
        || spec.getRenewTime() == null
        || spec.getHolderIdentity() == null
        || spec.getHolderIdentity().isEmpty()) {
      return false;
    }
    int seconds = spec.getLeaseDurationSeconds() == null ? 15 : spec.getLeaseDurationSeconds();
    return spec.getRenewTime().toInstant().plus(Duration.ofSeconds(2L * seconds)).isAfter(now);
  }

  /** What is wrong, and what to do. */
  String words(String own) {
    return ("Skep is installed twice: the one in namespace %s works here since %s (Lease %s/skep-operator,"
            + " held by %s), so this one in namespace %s does nothing. Remove one of the two with the"
            + " manifests it was applied from; then apply the other's again, since both share what is"
            + " not in a namespace, such as ClusterRoleBinding skep-operator")
        .formatted(namespace, since, namespace, leader, own);
  }
}
