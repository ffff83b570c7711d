package dev.skep.operator.certificate;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/**
 * How long things hold.
 *
 * @param server the mirror's certificate
 * @param authority what signs it
 * @param overlap how long a new authority is told to daemons before something signed by it is
 *     shown, and an old one after nothing of it is shown any more; longer than a kubelet takes to
 *     bring a changed ConfigMap into a pod
 */
record Lives(Duration server, Duration authority, Duration overlap) {
  /** Certificates begin so long before they are made: a node's clock may be behind. */
  static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

  /** Since when a certificate of ours is in the world. */
  static Instant made(X509Certificate certificate) {
    return certificate.getNotBefore().toInstant().plus(CLOCKS_DIFFER);
  }

  /** When two thirds of its life are over. */
  static Instant due(X509Certificate certificate) {
    Instant made = made(certificate);
    Duration life = Duration.between(made, certificate.getNotAfter().toInstant());
    return made.plus(life.multipliedBy(2).dividedBy(3));
  }

  boolean isKnownEverywhere(X509Certificate certificate, Instant now) {
    return !made(certificate).plus(overlap).isAfter(now);
  }
}
