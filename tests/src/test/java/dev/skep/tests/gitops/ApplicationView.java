package dev.skep.tests.gitops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** What Argo CD says of one Application. */
record ApplicationView(JsonNode object) {
  ApplicationView(GenericKubernetesResource resource) {
    this(
        resource == null
            ? MissingNode.getInstance()
            : Serialization.unmarshal(Serialization.asJson(resource), JsonNode.class));
  }

  boolean exists() {
    return !object.isMissingNode();
  }

  String name() {
    return object.at("/metadata/name").asText();
  }

  /** Healthy, Progressing, Degraded, Suspended or Missing. */
  String health() {
    return object.at("/status/health/status").asText();
  }

  boolean isSynced() {
    return object.at("/status/sync/status").asText().equals("Synced");
  }

  /** It was asked to look at git and the cluster, and has not done so yet. */
  boolean isRefreshing() {
    return object.at("/metadata/annotations").has("argocd.argoproj.io/refresh");
  }

  /** The commit that it compared the cluster with last. */
  String revision() {
    return object.at("/status/sync/revision").asText();
  }

  /** When the last sync ended; empty while one goes on. */
  String syncedAt() {
    return object.at("/status/operationState/finishedAt").asText();
  }

  /** What it says of one of its resources. */
  Optional<JsonNode> resource(String kind, String name) {
    return StreamSupport.stream(object.at("/status/resources").spliterator(), false)
        .filter(r -> r.path("kind").asText().equals(kind) && r.path("name").asText().equals(name))
        .findFirst();
  }

  String resourceHealth(String kind, String name) {
    return resource(kind, name).map(r -> r.at("/health/status").asText()).orElse("none");
  }

  @Override
  public String toString() {
    return object.at("/status").toPrettyString();
  }
}
