package dev.skep.node.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.skep.api.v1alpha1.BpfNodeStatus;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a node without a cluster says of itself.
 *
 * @param refusedManifests of which files not all is taken, and why: in a cluster the API server
 *     says so to whoever applies them
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record LocalStatus(
    @JsonUnwrapped BpfNodeStatus status, Map<String, String> refusedManifests) {
  public LocalStatus {
    refusedManifests = Collections.unmodifiableMap(new TreeMap<>(refusedManifests));
  }
}
