package dev.skep.operator.certificate;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/** Decides what is to be made anew, one step at a time. */
enum Renewal {
  /** Nothing. */
  KEEP,

  /** Everything: there is nothing yet, or nothing that can be gone on with. */
  BEGIN,

  /** A new authority, to be trusted from now on; the mirror goes on with what it shows. */
  AUTHORITY,

  /** A new certificate for the mirror. */
  SERVER,

  /** Old authorities are no longer trusted. */
  FORGET;

  static Renewal of(KeyMaterial found, Lives lives, Instant now) {
    if (found.isForeign()) {
      return KEEP;
    }
    Optional<Signed> authority = found.authority();
    if (authority.isEmpty() || ended(authority.get().certificate(), now)) {
      return BEGIN;
    }
    X509Certificate signing = authority.get().certificate();
    Optional<X509Certificate> shown = found.ours();
    if (shown.isEmpty() || ended(shown.get(), now)) {
      return SERVER;
    }
    boolean known = lives.isKnownEverywhere(signing, now);
    if (!signed(shown.get(), signing)) {
      // Its issuer is trusted still; one that is not known everywhere would lock daemons out.
      return known ? SERVER : KEEP;
    }
    if (!now.isBefore(Lives.due(signing))) {
      return AUTHORITY;
    }
    if (!now.isBefore(Lives.due(shown.get()))) {
      return SERVER;
    }
    boolean oldOnesAreThere = found.trusted().size() > 1;
    return oldOnesAreThere && lives.isKnownEverywhere(shown.get(), now) ? FORGET : KEEP;
  }

  private static boolean ended(X509Certificate certificate, Instant now) {
    return !now.isBefore(certificate.getNotAfter().toInstant());
  }

  private static boolean signed(X509Certificate shown, X509Certificate authority) {
    return shown.getIssuerX500Principal().equals(authority.getSubjectX500Principal());
  }
}
