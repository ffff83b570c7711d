package dev.skep.operator.image;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.oci.DockerConfig;
import dev.skep.operator.config.OperatorSettings;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.util.Base64;

/**
 * The logins for registries in Secrets that programs name. The operator may read none but those
 * that the owner of a namespace allows it by name: no rule of the install can follow the names in
 * programs, and one for all Secrets would make the operator's token the key to every one.
 */
@ApplicationScoped
class PullSecrets {
  private static final String DOCKER_CONFIG = ".dockerconfigjson";

  private final KubernetesClient client;
  private final String operatorNamespace;

  PullSecrets(KubernetesClient client, OperatorSettings settings) {
    this.client = client;
    this.operatorNamespace = settings.namespace();
  }

  /**
   * Reads one Secret.
   *
   * @throws Refusal ImageUnauthorized, with the cure
   */
  DockerConfig read(String namespace, String name) {
    String path = "spec.image.pullSecrets: Secret " + namespace + "/" + name;
    Secret secret;
    try {
      secret = client.secrets().inNamespace(namespace).withName(name).get();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
        throw e;
      }
      throw new Refusal(Reason.ImageUnauthorized, path + forbidden(namespace, name));
    }
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

  private String forbidden(String namespace, String name) {
    String create = "kubectl -n " + namespace + " create ";
    String role = "skep-pull-" + name;
    return " may not be read by the operator; allow it this one: "
        + create
        + "role %s --verb=get --resource=secrets --resource-name=%s".formatted(role, name)
        + " && "
        + create
        + "rolebinding %s --role=%s --serviceaccount=%s:skep-operator"
            .formatted(role, role, operatorNamespace);
  }
}
