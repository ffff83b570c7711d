package dev.skep.artifact.oci;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Digests in the form sha256:&lt;64 hex digits&gt;, the only algorithm that registries share. */
public final class Digest {
  private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

  private Digest() {}

  /** The digest of some bytes. */
  public static String of(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Whether a text from outside is a digest; one that is not must never become a path or a URL. */
  public static boolean isDigest(String text) {
    return text != null && FORM.matcher(text).matches();
  }

  static String hex(String digest) {
    return digest.substring("sha256:".length());
  }

  static byte[] check(String subject, String what, byte[] bytes, String expected) {
    String actual = of(bytes);
    if (!actual.equals(expected)) {
      throw new Refusal(
          Reason.DigestMismatch,
          "%s: %s has the digest %s, not %s as asked for; it was changed or cut on the way"
              .formatted(subject, what, actual, expected));
    }
    return bytes;
  }
}
