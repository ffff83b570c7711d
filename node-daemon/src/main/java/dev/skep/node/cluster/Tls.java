package dev.skep.node.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Certificates and keys in PEM, as kubeconfigs carry them. */
public final class Tls {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----(.*?)-----END ", Pattern.DOTALL);

  // AlgorithmIdentifier of RFC 8017 (rsaEncryption) and RFC 5915 (id-ecPublicKey, prime256v1).
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  private static final byte[] P256 =
      HexFormat.of().parseHex("301306072a8648ce3d020106082a8648ce3d030107");
  private static final char[] NO_PASSWORD = new char[0];

  private Tls() {}

  /** A client certificate (and what signed it), and its key. */
  record Identity(byte[] certificate, byte[] key) {}

  /**
   * To be a client that trusts these authorities and no others.
   *
   * @param authorities certificates in PEM
   * @throws IOException when they are none
   */
  public static SSLContext trusting(byte[] authorities) throws IOException {
    return context(Optional.of(authorities), Optional.empty());
  }

  static SSLContext context(Optional<byte[]> authority, Optional<Identity> identity)
      throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          identity.isPresent() ? keys(identity.get()) : null,
          authority.isPresent() ? trust(authority.get()) : null,
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("certificates: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] trust(byte[] authority)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    int n = 0;
    for (Certificate certificate : certificates(authority)) {
      store.setCertificateEntry("authority-" + n++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager[] keys(Identity identity) throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    Certificate[] chain = certificates(identity.certificate()).toArray(new Certificate[0]);
    store.setKeyEntry("client", key(identity.key()), NO_PASSWORD, chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(byte[] pem)
      throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem));
  }

  /** PKCS#8 (any RSA or EC key), PKCS#1 (RSA) or SEC 1 (EC on P-256). */
  static PrivateKey key(byte[] pem) throws GeneralSecurityException {
    Matcher matcher = KEY.matcher(new String(pem, StandardCharsets.US_ASCII));
    if (!matcher.find()) {
      throw new InvalidKeySpecException("no PEM private key (or an encrypted one)");
    }
    byte[] der = Base64.getMimeDecoder().decode(matcher.group(2));
    return switch (matcher.group(1)) {
      case "RSA PRIVATE KEY" -> key("RSA", pkcs8(RSA, der));
      case "EC PRIVATE KEY" -> key("EC", pkcs8(P256, der));
      default -> eitherKey(der);
    };
  }

  private static PrivateKey eitherKey(byte[] der) throws GeneralSecurityException {
    try {
      return key("RSA", der);
    } catch (InvalidKeySpecException notRsa) {
      return key("EC", der);
    }
  }

  private static PrivateKey key(String algorithm, byte[] pkcs8) throws GeneralSecurityException {
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  /** PrivateKeyInfo of RFC 5208: version 0, algorithm, key. */
  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(new byte[] {2, 1, 0});
    content.writeBytes(algorithm);
    content.writeBytes(der(4, key));
    return der(0x30, content.toByteArray());
  }

  private static byte[] der(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 128) {
      out.write(content.length);
    } else if (content.length < 256) {
      out.write(0x81);
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }
}
