package dev.skep.operator.certificate;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Decides whom daemons shall trust. */
final class Trust {
  private Trust() {}

  /**
   * What the Secret says; and, while somebody else's certificate is new, also what was told before:
   * the other operator may show the old one still.
   */
  static String told(KeyMaterial material, String before, Lives lives, Instant now) {
    if (!material.isForeign() || material.shown().isEmpty() || material.trusted().isEmpty()) {
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
}
