package dev.skep.node.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skep.api.v1alpha1.BpfNodeStatus;
import dev.skep.node.cluster.ApiServer;
import java.io.IOException;
import java.util.List;

/** The status of the BpfNode, by one merge patch a change. */
public final class StatusPatch implements StatusSink {
  static final List<String> FIELDS =
      List.of("observedGeneration", "daemonVersion", "summary", "kernel", "programs");

  private final ApiServer server;
  private final String path;
  private final ObjectMapper json = new ObjectMapper();

  public StatusPatch(ApiServer server, String node) {
    this.server = server;
    this.path = "/apis/skep.dev/v1alpha1/bpfnodes/" + node + "/status?fieldManager=skep-daemon";
  }

  @Override
  public void write(BpfNodeStatus status) throws IOException {
    server.patch(path, ApiServer.MERGE_PATCH, patch(status));
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
