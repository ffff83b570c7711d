package dev.skep.operator.certificate;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Decides whom daemons shall trust. */
final class Trust {
  private Trust() {}

  /**
   * What the Secret says; and, while somebody else's certificate is new, also what was told before:
   * the other operator may show the old one still. A Secret that names no authority changes
   * nothing: daemons that trust nobody fetch nothing.
   */
  static String told(KeyMaterial material, String before, Lives lives, Instant now) {
    if (material.trusted().isEmpty()) {
      return before;
    }
    if (!material.isForeign() || material.shown().isEmpty()) {
      return material.authorities();
    }
    List<X509Certificate> told = new ArrayList<>(material.trusted());
    if (!lives.isKnownEverywhere(material.shown().get(), now)) {
      Pem.certificates(before).stream()
          .filter(old -> !told.contains(old) && now.isBefore(old.getNotAfter().toInstant()))
          .forEach(told::add);
    }
    return Pem.of(told);
  }

  /** Whether daemons that are told so can trust what is shown. */
  static boolean isTrusted(KeyMaterial material, String told) {
    List<X509Certificate> authorities = Pem.certificates(told);
    return Pem.certificates(material.certificate()).stream()
        .anyMatch(
            shown ->
                authorities.contains(shown) || authorities.stream().anyMatch(a -> signs(a, shown)));
  }

  private static boolean signs(X509Certificate authority, X509Certificate certificate) {
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
