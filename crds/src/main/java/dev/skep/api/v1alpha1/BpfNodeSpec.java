package dev.skep.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;
import java.util.Map;

/** What one node shall run; written by the operator. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record BpfNodeSpec(
    @JsonPropertyDescription("The revisions to run, one for each program.")
        List<AssignedRevision> programs,
    @JsonPropertyDescription(
            "What those programs' globals ask of the Node; absent when they ask nothing.")
        NodeFacts node) {

  public BpfNodeSpec {
    programs = programs == null ? List.of() : List.copyOf(programs);
    node = node == null || node.equals(NodeFacts.NONE) ? null : node;
  }

  public BpfNodeSpec(List<AssignedRevision> programs) {
    this(programs, null);
  }

  /** What the Node says of itself, as far as it was asked. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record NodeFacts(
      @JsonPropertyDescription("status.addresses, the first of type InternalIP.") String internalIP,
      @JsonPropertyDescription("status.addresses, the first of type ExternalIP.") String externalIP,
      @JsonPropertyDescription("Those labels that are asked for and there.")
          Map<String, String> labels) {
    /** Nothing is known, or was asked. */
    public static final NodeFacts NONE = new NodeFacts(null, null, null);

    public NodeFacts {
      labels = labels == null ? Map.of() : Map.copyOf(labels);
    }
  }

  /** One program of this node, and its revision. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record AssignedRevision(
      @Required @JsonPropertyDescription("Namespace of the BpfProgram and its BpfRevision.")
          String namespace,
      @Required @JsonPropertyDescription("Name of the BpfProgram.") String name,
      @Required @JsonPropertyDescription("Name of the BpfRevision.") String revision) {}
}
