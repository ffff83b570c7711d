package dev.skep.node.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skep.api.v1alpha1.BpfNodeStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The status of the BpfNode, by one merge patch a change. Sent as it is: the client's own patch
 * reads the object first, which would double the requests of the whole fleet.
 */
public final class StatusPatch implements StatusSink {
  private static final String MERGE_PATCH = "application/merge-patch+json";
  private static final int TIMEOUT_SECONDS = 15;
  static final List<String> FIELDS =
      List.of("observedGeneration", "daemonVersion", "summary", "kernel", "programs");

  private final KubernetesClient client;
  private final String node;
  private final String path;
  private final ObjectMapper json = new ObjectMapper();

  public StatusPatch(KubernetesClient client, String node) {
    this.client = client;
    this.node = node;
    this.path = "apis/skep.dev/v1alpha1/bpfnodes/" + node + "/status?fieldManager=skep-daemon";
  }

  @Override
  public void write(BpfNodeStatus status) throws IOException {
    HttpRequest request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(URI.create(client.getMasterUrl().toString()).resolve(path))
            .method("PATCH", MERGE_PATCH, patch(status))
            .build();
    HttpResponse<String> answer = send(request);
    if (!answer.isSuccessful()) {
      throw new IOException(
          "writing the status of BpfNode %s: HTTP %d: %s"
              .formatted(node, answer.code(), answer.bodyString()));
    }
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return client
          .getHttpClient()
          .sendAsync(request, String.class)
          .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException("writing the status of BpfNode " + node + ": " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IOException("writing the status of BpfNode " + node + ": no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("writing the status of BpfNode " + node + ": interrupted", e);
    }
  }

  /** A merge patch keeps what it does not name, so what is empty now is said to be null. */
  String patch(BpfNodeStatus status) throws JsonProcessingException {
    ObjectNode fields = json.valueToTree(status);
    FIELDS.stream().filter(field -> !fields.has(field)).forEach(fields::putNull);
    ObjectNode patch = json.createObjectNode();
    patch.set("status", fields);
    return json.writeValueAsString(patch);
  }
}
