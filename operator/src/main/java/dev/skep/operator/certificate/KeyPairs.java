package dev.skep.operator.certificate;

import java.security.GeneralSecurityException;
import java.security.Signature;

/** Whether a key is the one of a certificate. */
final class KeyPairs {
  private static final byte[] TRIAL = {1, 2, 3, 4};

  private KeyPairs() {}

  static boolean belongTogether(Signed pair) {
    try {
      Signature signing = Signature.getInstance("SHA256withECDSA");
      signing.initSign(pair.key());
      signing.update(TRIAL);
      byte[] signature = signing.sign();
      signing.initVerify(pair.certificate().getPublicKey());
      signing.update(TRIAL);
      return signing.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
