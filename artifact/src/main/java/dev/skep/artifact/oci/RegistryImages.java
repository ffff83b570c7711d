package dev.skep.artifact.oci;

import dev.skep.artifact.oci.RegistryHttp.Answer;
import java.time.InstantSource;

/**
 * Images in registries: the one class through which a registry is spoken to. Safe for use by many
 * threads; its own threads end with the process.
 */
public final class RegistryImages implements AutoCloseable {
  private final RegistrySettings settings;
  private final Platform platform;
  private final RegistryHttp http;
  private final RegistryLogin login;

  public RegistryImages(RegistrySettings settings) {
    this(settings, Platform.ofThisMachine());
  }

  RegistryImages(RegistrySettings settings, Platform platform) {
    this.settings = settings;
    this.platform = platform;
    this.http = new RegistryHttp(settings);
    this.login = new RegistryLogin(http, InstantSource.system());
  }

  /**
   * What a reference stands for now, with one small request. A digest is asked for too: that it is
   * known does not say that these credentials may have what it names.
   *
   * @return sha256:…, of the index where the image is one
   * @throws dev.skep.api.v1alpha1.Refusal ImageNotFound, ImageUnauthorized or RegistryUnreachable
   */
  public String resolve(ImageReference reference, Credentials credentials) {
    RegistrySession session = session(reference, credentials, "pull");
    String answered = session.digestOf(reference.qualifier());
    if (reference.digest().isPresent()) {
      return reference.digest().get();
    }
    // The header is optional in the distribution specification.
    return Digest.isDigest(answered)
        ? answered
        : Digest.of(session.manifestAnswer(reference.qualifier()).body());
  }

  /**
   * Fetches an image, checks every byte of it, and takes the eBPF object out.
   *
   * @throws dev.skep.api.v1alpha1.Refusal the reasons of {@link #resolve}, and DigestMismatch,
   *     TooLarge, InvalidImage, NoElf, AmbiguousElf
   */
  public ResolvedImage pull(ImageReference reference, Credentials credentials) {
    RegistrySession session = session(reference, credentials, "pull");
    Answer manifest = session.manifestAnswer(reference.qualifier());
    String digest = reference.digest().orElseGet(() -> manifest.header("docker-content-digest"));
    if (Digest.isDigest(digest)) {
      Digest.check(session.subject(), "the manifest", manifest.body(), digest);
    } else {
      digest = Digest.of(manifest.body());
    }
    return new ImageReader(session, platform).read(reference.toString(), digest, manifest.body());
  }

  /**
   * Fetches an image as it is, of whatever it is one, every byte checked.
   *
   * @param blobLimit bytes of the largest blob that is read
   * @throws dev.skep.api.v1alpha1.Refusal the reasons of {@link #resolve}, and DigestMismatch,
   *     TooLarge, InvalidImage
   */
  public PackedImage fetch(ImageReference reference, Credentials credentials, long blobLimit) {
    RegistrySession session = session(reference, credentials, "pull");
    Answer manifest = session.manifestAnswer(reference.qualifier());
    reference
        .digest()
        .ifPresent(
            digest -> Digest.check(session.subject(), "the manifest", manifest.body(), digest));
    return WholeImage.read(session, manifest.body(), blobLimit);
  }

  /**
   * Stores an image.
   *
   * @param reference where to, with a tag
   * @return the digest it is found under from now on
   * @throws dev.skep.api.v1alpha1.Refusal ImageUnauthorized or RegistryUnreachable
   */
  public String push(PackedImage image, ImageReference reference, Credentials credentials) {
    new ImageUpload(session(reference, credentials, "pull,push"))
        .upload(image, reference.qualifier());
    return image.digest();
  }

  private RegistrySession session(
      ImageReference reference, Credentials credentials, String actions) {
    var scope =
        new RegistryLogin.Scope(reference.registry(), reference.repository(), actions, credentials);
    return new RegistrySession(
        reference, http, login, scope, settings.isPlain(reference.registry()));
  }

  @Override
  public void close() {
    http.close();
  }
}
