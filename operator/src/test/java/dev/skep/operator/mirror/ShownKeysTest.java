package dev.skep.operator.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.X509KeyManager;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownKeysTest {
  @ParameterizedTest
  @CsvSource({"EC, 256", "RSA, 2048"})
  @DisplayName("a certificate with another one's key is refused, and what was shown stays shown")
  void mismatch(String algorithm, int size) throws Exception {
    KeyPair first = keys(algorithm, size);
    KeyPair second = keys(algorithm, size);
    X509Certificate before = certificate(first, algorithm);
    ShownKeys shown = new ShownKeys();
    shown.show(new One(algorithm, before, first.getPrivate()));
    X509Certificate next = certificate(second, algorithm);

    assertThatThrownBy(() -> shown.show(new One(algorithm, next, first.getPrivate())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tls.key is not the key of tls.crt");
    String alias = shown.chooseEngineServerAlias(algorithm, null, null);
    assertThat(shown.getCertificateChain(alias)).containsExactly(before);
    assertThat(shown.getPrivateKey(alias)).isEqualTo(first.getPrivate());

    shown.show(new One(algorithm, next, second.getPrivate()));

    assertThat(shown.getCertificateChain(shown.chooseEngineServerAlias(algorithm, null, null)))
        .containsExactly(next);
    assertThat(shown.getCertificateChain(alias)).as("a handshake under way").contains(before);
  }

  private static KeyPair keys(String algorithm, int size) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(size);
    return generator.generateKeyPair();
  }

  private static X509Certificate certificate(KeyPair keys, String algorithm)
      throws GeneralSecurityException, OperatorCreationException {
    X500Principal name = new X500Principal("CN=skep-operator");
    return new JcaX509CertificateConverter()
        .getCertificate(
            new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.ONE,
                    Date.from(Instant.EPOCH),
                    Date.from(Instant.EPOCH.plusSeconds(1)),
                    name,
                    keys.getPublic())
                .build(
                    new JcaContentSignerBuilder(
                            algorithm.equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA")
                        .build(keys.getPrivate())));
  }

  /** A manager of one pair, as it was read. */
  private record One(String algorithm, X509Certificate certificate, PrivateKey key)
      implements X509KeyManager {
    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
      return type.equals(algorithm) ? new String[] {"one"} : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {certificate};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      return null;
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return "one";
    }
  }
}
