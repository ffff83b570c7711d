package dev.skep.operator.certificate;

import dev.skep.operator.config.OperatorSettings;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The Secret with the mirror's keys and the ConfigMap with what daemons trust. */
@ApplicationScoped
class TlsObjects {
  static final String SECRET = "skep-mirror-tls";
  static final String CONFIG_MAP = "skep-mirror-ca";

  /** What cert-manager writes on the Secrets it fills. */
  static final String CERT_MANAGER = "cert-manager.io/certificate-name";

  private final KubernetesClient client;
  private final String namespace;

  TlsObjects(KubernetesClient client, OperatorSettings settings) {
    this.client = client;
    this.namespace = settings.namespace();
  }

  /** The Secret as it stands; it is installed empty, or somebody else's to make. */
  Optional<Secret> secret() {
    return Optional.ofNullable(client.secrets().inNamespace(namespace).withName(SECRET).get());
  }

  static KeyMaterial material(Secret secret) {
    Map<String, String> texts = new HashMap<>();
    if (secret.getData() != null) {
      secret.getData().forEach((name, base64) -> texts.put(name, decoded(base64)));
    }
    // It takes over a Secret of ours by what it writes, and leaves the one entry that it does not
    // know.
    if (isOfCertManager(secret)) {
      texts.remove(KeyMaterial.AUTHORITY_KEY);
    }
    return KeyMaterial.of(texts);
  }

  private static boolean isOfCertManager(Secret secret) {
    Map<String, String> annotations = secret.getMetadata().getAnnotations();
    return annotations != null && annotations.containsKey(CERT_MANAGER);
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  /**
   * Writes the Secret, if nobody wrote it since it was read.
   *
   * @return whether it was written; if not, what the other one wrote counts
   */
  boolean write(Secret read, KeyMaterial next) {
    Map<String, String> data = new HashMap<>();
    next.texts()
        .forEach(
            (name, text) ->
                data.put(
                    name,
                    Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
    try {
      client
          .resource(
              new SecretBuilder(read)
                  .withData(data)
                  .editMetadata()
                  .removeFromAnnotations(CERT_MANAGER)
                  .endMetadata()
                  .build())
          .lockResourceVersion(read.getMetadata().getResourceVersion())
          .update();
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      return false;
    }
  }

  /** What daemons are told to trust; empty: there is no such ConfigMap. */
  Optional<String> told() {
    ConfigMap found = client.configMaps().inNamespace(namespace).withName(CONFIG_MAP).get();
    return Optional.ofNullable(found)
        .map(c -> c.getData() == null ? "" : c.getData().getOrDefault("ca.crt", ""));
  }

  void tell(String authorities) {
    client
        .configMaps()
        .inNamespace(namespace)
        .withName(CONFIG_MAP)
        .edit(
            found -> {
              Map<String, String> data = new HashMap<>();
              if (found.getData() != null) {
                data.putAll(found.getData());
              }
              data.put("ca.crt", authorities);
              found.setData(data);
              return found;
            });
  }

  String name(String object) {
    return namespace + "/" + object;
  }
}
