package dev.skep.artifact.oci;

import java.util.function.Function;

/**
 * Images by their text, wherever they are: a reference into a registry, or {@code oci:DIR[:tag]}.
 */
public final class Images {
  private final RegistryImages registries;
  private final Function<ImageReference, Credentials> logins;

  /**
   * Images as one user sees them.
   *
   * @param logins the login to show for a reference
   */
  public Images(RegistryImages registries, Function<ImageReference, Credentials> logins) {
    this.registries = registries;
    this.logins = logins;
  }

  /**
   * Reads an image, every byte checked.
   *
   * @throws dev.skep.api.v1alpha1.Refusal InvalidReference, and the reasons of {@link
   *     RegistryImages#pull} and {@link OciLayout#read}
   */
  public ResolvedImage read(String text) {
    if (OciLayout.isLayout(text)) {
      return OciLayout.parse(text).read();
    }
    ImageReference reference = ImageReference.parse(text);
    return registries.pull(reference, logins.apply(reference));
  }
}
