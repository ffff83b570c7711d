package dev.skep.operator.certificate;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Whether a key is the one of a certificate. */
public final class KeyPairs {
  private static final byte[] TRIAL = {1, 2, 3, 4};

  private KeyPairs() {}

  static boolean belongTogether(Signed pair) {
    return belongTogether(pair.certificate().getPublicKey(), pair.key());
  }

  /** The same of EC and RSA keys, whoever made them; false for any other. */
  public static boolean belongTogether(PublicKey open, PrivateKey secret) {
    try {
      Signature signing =
          Signature.getInstance(
              secret.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
      signing.initSign(secret);
      signing.update(TRIAL);
      byte[] signature = signing.sign();
      signing.initVerify(open);
      signing.update(TRIAL);
      return signing.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
