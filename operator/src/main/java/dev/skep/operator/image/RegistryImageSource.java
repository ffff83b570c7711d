package dev.skep.operator.image;

import dev.skep.artifact.oci.Credentials;
import dev.skep.artifact.oci.ImageReference;
import dev.skep.artifact.oci.RegistryImages;
import dev.skep.artifact.oci.RegistrySettings;
import dev.skep.artifact.oci.ResolvedImage;
import dev.skep.operator.config.OperatorSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;

/** Images from registries, with the pull secrets that the program names. */
@ApplicationScoped
public class RegistryImageSource implements ImageSource {
  private final PullSecrets pullSecrets;
  private final RegistryImages registries;

  RegistryImageSource(PullSecrets pullSecrets, OperatorSettings settings) {
    this.pullSecrets = pullSecrets;
    OperatorSettings.Pull pull = settings.pull();
    this.registries =
        new RegistryImages(
            RegistrySettings.defaults()
                .withInsecure(pull.insecureRegistries().map(Set::copyOf).orElse(Set.of()))
                .withTimeouts(pull.connectTimeout(), pull.transferTimeout()));
  }

  @Override
  public String resolve(PullRequest request) {
    ImageReference reference = ImageReference.parse(request.reference());
    return registries.resolve(reference, credentials(request, reference));
  }

  @Override
  public ResolvedImage fetch(PullRequest request, String digest) {
    ImageReference reference = ImageReference.parse(request.reference());
    ImageReference pinned =
        new ImageReference(
            reference.registry(), reference.repository(), reference.tag(), Optional.of(digest));
    return registries.pull(pinned, credentials(request, reference));
  }

  private Credentials credentials(PullRequest request, ImageReference reference) {
    for (String name : request.secrets()) {
      Credentials found =
          pullSecrets.read(request.program().namespace(), name).credentialsFor(reference);
      if (!(found instanceof Credentials.None)) {
        return found;
      }
    }
    return Credentials.none();
  }
}
