package dev.skep.operator.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfNodeSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/**
 * Replaces a BpfNode's spec on condition that nobody else did so meanwhile. The condition is the
 * generation, not the resource version: the daemon's writes to status do not get in the way.
 */
final class SpecPatch {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SpecPatch() {}

  static BpfNode apply(KubernetesClient client, BpfNode seen, BpfNodeSpec wanted) {
    ArrayNode patch = JSON.createArrayNode();
    patch
        .addObject()
        .put("op", "test")
        .put("path", "/metadata/generation")
        .put("value", seen.getMetadata().getGeneration());
    patch.addObject().put("op", "add").put("path", "/spec").set("value", JSON.valueToTree(wanted));
    // By the object and not by its name: fabric8 would read it first.
    return client.resource(seen).patch(PatchContext.of(PatchType.JSON), patch.toString());
  }
}
