package dev.skep.operator.image;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.oci.Credentials;
import dev.skep.artifact.oci.DockerConfig;
import dev.skep.artifact.oci.ImageReference;
import dev.skep.artifact.oci.RegistryImages;
import dev.skep.artifact.oci.RegistrySettings;
import dev.skep.artifact.oci.ResolvedImage;
import dev.skep.operator.config.OperatorSettings;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/** Images from registries, with the pull secrets that the program names. */
@ApplicationScoped
public class RegistryImageSource implements ImageSource {
  private static final String DOCKER_CONFIG = ".dockerconfigjson";

  private final KubernetesClient client;
  private final RegistryImages registries;

  RegistryImageSource(KubernetesClient client, OperatorSettings settings) {
    this.client = client;
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
      Credentials found = dockerConfig(request, name).credentialsFor(reference);
      if (!(found instanceof Credentials.None)) {
        return found;
      }
    }
    return Credentials.none();
  }

  private DockerConfig dockerConfig(PullRequest request, String name) {
    String namespace = request.program().namespace();
    String path = "spec.image.pullSecrets: Secret " + namespace + "/" + name;
    Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
    if (secret == null) {
      throw new Refusal(Reason.ImageUnauthorized, path + " is not there; create it");
    }
    String encoded = secret.getData() == null ? null : secret.getData().get(DOCKER_CONFIG);
    if (encoded == null) {
      throw new Refusal(
          Reason.ImageUnauthorized,
          path
              + " has no "
              + DOCKER_CONFIG
              + "; make it with kubectl create secret docker-registry");
    }
    return DockerConfig.parse(Base64.getDecoder().decode(encoded));
  }
}
