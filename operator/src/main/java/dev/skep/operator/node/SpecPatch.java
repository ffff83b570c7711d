package dev.skep.operator.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfNodeSpec;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Writes what a node shall run, unless somebody else did since: the generation is tested, which the
 * daemon's status does not change as it does the resource version. Sent as it is: the client's own
 * patch reads the object first, a round trip on every way from an apply to a node.
 */
final class SpecPatch {
  private static final String JSON_PATCH = "application/json-patch+json";
  private static final String PATH = "apis/skep.dev/v1alpha1/bpfnodes/";
  private static final int TIMEOUT_SECONDS = 15;
  private static final ObjectMapper JSON = new ObjectMapper();

  private SpecPatch() {}

  static BpfNode apply(KubernetesClient client, BpfNode seen, BpfNodeSpec wanted) {
    String path = PATH + seen.getMetadata().getName() + "?fieldManager=skep-operator";
    HttpRequest request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(URI.create(client.getMasterUrl().toString()).resolve(path))
            .method("PATCH", JSON_PATCH, patch(seen, wanted))
            .build();
    HttpResponse<String> answer = send(client, request);
    if (!answer.isSuccessful()) {
      throw new KubernetesClientException(status(answer));
    }
    return Serialization.unmarshal(answer.body(), BpfNode.class);
  }

  private static String patch(BpfNode seen, BpfNodeSpec wanted) {
    ArrayNode patch = JSON.createArrayNode();
    patch
        .addObject()
        .put("op", "test")
        .put("path", "/metadata/generation")
        .put("value", seen.getMetadata().getGeneration());
    patch.addObject().put("op", "add").put("path", "/spec").set("value", JSON.valueToTree(wanted));
    return patch.toString();
  }

  private static HttpResponse<String> send(KubernetesClient client, HttpRequest request) {
    try {
      return client
          .getHttpClient()
          .sendAsync(request, String.class)
          .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw KubernetesClientException.launderThrowable(e.getCause());
    } catch (TimeoutException e) {
      throw new KubernetesClientException("no answer to " + request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KubernetesClientException.launderThrowable(e);
    }
  }

  private static Status status(HttpResponse<String> answer) {
    return new StatusBuilder()
        .withCode(answer.code())
        .withMessage(answer.request().uri() + ": " + answer.body())
        .build();
  }
}
