package dev.skep.node.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfNodeStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.util.List;

/** The status of the BpfNode, by one merge patch a change. */
public final class StatusPatch implements StatusSink {
  private static final PatchContext CONTEXT =
      new PatchContext.Builder()
          .withPatchType(PatchType.JSON_MERGE)
          .withFieldManager("skep-daemon")
          .build();
  private static final List<String> FIELDS =
      List.of("observedGeneration", "daemonVersion", "summary", "kernel", "programs");

  private final KubernetesClient client;
  private final String node;
  private final ObjectMapper json = new ObjectMapper();

  public StatusPatch(KubernetesClient client, String node) {
    this.client = client;
    this.node = node;
  }

  @Override
  public void write(BpfNodeStatus status) throws IOException {
    try {
      client
          .resources(BpfNode.class)
          .withName(node)
          .subresource("status")
          .patch(CONTEXT, json.writeValueAsString(patch(status)));
    } catch (KubernetesClientException e) {
      throw new IOException("writing the status of BpfNode " + node + ": " + e.getMessage(), e);
    }
  }

  /** A merge patch keeps what it does not name, so what is empty now is said to be null. */
  ObjectNode patch(BpfNodeStatus status) {
    ObjectNode fields = json.valueToTree(status);
    FIELDS.stream().filter(field -> !fields.has(field)).forEach(fields::putNull);
    ObjectNode patch = json.createObjectNode();
    patch.set("status", fields);
    return patch;
  }
}
