package dev.skep.operator.certificate;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the Secret holds, as texts in PEM; empty texts for what it does not.
 *
 * @param certificate tls.crt: what the mirror shows, its own first
 * @param key tls.key
 * @param authorities ca.crt: whom to trust; ours, the one that signs now first
 * @param authorityKey ca.key, of the first authority; empty where somebody else signs
 */
public record KeyMaterial(String certificate, String key, String authorities, String authorityKey) {
  static final String CERTIFICATE = "tls.crt";
  static final String KEY = "tls.key";
  static final String AUTHORITIES = "ca.crt";
  static final String AUTHORITY_KEY = "ca.key";

  static KeyMaterial of(Map<String, String> texts) {
    return new KeyMaterial(
        texts.getOrDefault(CERTIFICATE, ""),
        texts.getOrDefault(KEY, ""),
        texts.getOrDefault(AUTHORITIES, ""),
        texts.getOrDefault(AUTHORITY_KEY, ""));
  }

  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(CERTIFICATE, certificate);
    texts.put(KEY, key);
    texts.put(AUTHORITIES, authorities);
    texts.put(AUTHORITY_KEY, authorityKey);
    return texts;
  }

  /** Without the keys: what is logged by accident is read by many. */
  @Override
  public String toString() {
    return "KeyMaterial[certificate=%s, authorities=%s]".formatted(certificate, authorities);
  }

  /** Whether there is something to show; whether it fits together is the server's to find. */
  boolean isComplete() {
    return shown().isPresent() && !key.isBlank();
  }

  /** The mirror's certificate, if we made it and its key is there. */
  Optional<X509Certificate> ours() {
    Optional<PrivateKey> ofServer = Pem.key(key);
    return shown()
        .filter(
            certificate ->
                ofServer.isPresent()
                    && KeyPairs.belongTogether(new Signed(certificate, ofServer.get())));
  }

  /** Somebody else's: there is a certificate, and no key of ours that signs one. */
  boolean isForeign() {
    return authorityKey.isBlank() && !(certificate.isBlank() && key.isBlank());
  }

  /** The certificate that the mirror shows. */
  public Optional<X509Certificate> shown() {
    return Pem.certificates(certificate).stream().findFirst();
  }

  List<X509Certificate> trusted() {
    return Pem.certificates(authorities);
  }

  /** What signs now, if certificate and key of it are there and belong together. */
  Optional<Signed> authority() {
    Optional<PrivateKey> signing = Pem.key(authorityKey);
    return trusted().stream()
        .findFirst()
        .filter(_ -> signing.isPresent())
        .map(first -> new Signed(first, signing.get()))
        .filter(KeyPairs::belongTogether);
  }

  /** With a new authority, whose predecessors stay trusted. */
  KeyMaterial withAuthority(Signed authority) {
    List<X509Certificate> all = new ArrayList<>(List.of(authority.certificate()));
    all.addAll(trusted());
    return new KeyMaterial(certificate, key, Pem.of(all), Pem.of(authority.key()));
  }

  KeyMaterial withServer(Signed server) {
    return new KeyMaterial(
        Pem.of(server.certificate()), Pem.of(server.key()), authorities, authorityKey);
  }

  /** Trusting only what signs now. */
  KeyMaterial withoutOldAuthorities() {
    return new KeyMaterial(certificate, key, Pem.of(trusted().getFirst()), authorityKey);
  }
}
