package dev.skep.operator.certificate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes keys and certificates: EC on P-256, signed with SHA-256. */
final class Issuer {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SERIAL_BITS = 127;

  private Issuer() {}

  /** A new authority, that signs servers' certificates and no further authorities. */
  static Signed authority(Duration life, Instant now) {
    KeyPair keys = keys();
    // Names differ, so that what one signed is never looked for under another.
    X500Principal name = new X500Principal("CN=skep-mirror-ca-" + now.getEpochSecond());
    return issue(name, keys, new Signed(null, keys.getPrivate()), name, now, now.plus(life));
  }

  /** A new certificate for a server of these DNS names; it ends no later than what signs it. */
  static Signed server(List<String> names, Signed authority, Duration life, Instant now) {
    Instant end = authority.certificate().getNotAfter().toInstant();
    Instant wanted = now.plus(life);
    X500Principal subject = new X500Principal("CN=" + names.getFirst());
    return issue(
        subject,
        keys(),
        authority,
        authority.certificate().getSubjectX500Principal(),
        now,
        wanted.isAfter(end) ? end : wanted,
        names.toArray(new String[0]));
  }

  private static Signed issue(
      X500Principal subject,
      KeyPair keys,
      Signed signer,
      X500Principal issuer,
      Instant now,
      Instant end,
      String... dnsNames) {
    try {
      boolean isAuthority = dnsNames.length == 0;
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              issuer,
              new BigInteger(SERIAL_BITS, RANDOM),
              Date.from(now.minus(Lives.CLOCKS_DIFFER)),
              Date.from(end),
              subject,
              keys.getPublic());
      JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
      builder.addExtension(
          Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(keys.getPublic()));
      if (isAuthority) {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      } else {
        builder.addExtension(
            Extension.authorityKeyIdentifier,
            false,
            ids.createAuthorityKeyIdentifier(signer.certificate()));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(
            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(Extension.subjectAlternativeName, false, dns(dnsNames));
      }
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder("SHA256withECDSA").build(signer.key())));
      return new Signed(certificate, keys.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("cannot make a certificate: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static GeneralNames dns(String... names) {
    GeneralName[] all = new GeneralName[names.length];
    for (int i = 0; i < names.length; i++) {
      all[i] = new GeneralName(GeneralName.dNSName, names[i]);
    }
    return new GeneralNames(all);
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has EC on P-256", e);
    }
  }
}
