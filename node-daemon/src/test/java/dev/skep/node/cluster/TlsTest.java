package dev.skep.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TlsTest {
  @Test
  @DisplayName("PKCS#8 keys are read, RSA and EC")
  void pkcs8() throws GeneralSecurityException {
    for (KeyPair pair : new KeyPair[] {rsa(), ec()}) {
      byte[] pem = pem("PRIVATE KEY", pair.getPrivate().getEncoded());

      assertThat(Tls.key(pem)).isEqualTo(pair.getPrivate());
    }
  }

  @Test
  @DisplayName("PKCS#1 keys are read, as kubeadm writes them")
  void pkcs1() throws GeneralSecurityException {
    KeyPair pair = rsa();
    byte[] pkcs8 = pair.getPrivate().getEncoded();
    // PrivateKeyInfo of a 2048 bit RSA key: 26 bytes, then the PKCS#1 key.
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);

    assertThat(Tls.key(pem("RSA PRIVATE KEY", pkcs1))).isEqualTo(pair.getPrivate());
  }

  @Test
  @DisplayName("SEC 1 keys on P-256 are read, as k3s writes them")
  void sec1() throws GeneralSecurityException {
    KeyPair pair = ec();
    byte[] pkcs8 = pair.getPrivate().getEncoded();
    // PrivateKeyInfo of a P-256 key: 28 bytes, then the SEC 1 key.
    byte[] sec1 = Arrays.copyOfRange(pkcs8, 28, pkcs8.length);

    assertThat(Tls.key(pem("EC PRIVATE KEY", sec1))).isEqualTo(pair.getPrivate());
  }

  @Test
  @DisplayName("what is no key is refused")
  void noKey() {
    assertThatThrownBy(() -> Tls.key("hello".getBytes(StandardCharsets.US_ASCII)))
        .hasMessageContaining("no PEM private key");
  }

  private static KeyPair rsa() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static KeyPair ec() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static byte[] pem(String type, byte[] der) {
    String body = Base64.getMimeEncoder().encodeToString(der);
    return ("-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
