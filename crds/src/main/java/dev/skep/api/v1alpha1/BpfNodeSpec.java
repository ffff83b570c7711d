package dev.skep.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;

/** What one node shall run; written by the operator. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record BpfNodeSpec(
    @JsonPropertyDescription("The revisions to run, one for each program.")
        List<AssignedRevision> programs) {

  public BpfNodeSpec {
    programs = programs == null ? List.of() : List.copyOf(programs);
  }

  /** One program of this node, and its revision. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record AssignedRevision(
      @Required @JsonPropertyDescription("Namespace of the BpfProgram and its BpfRevision.")
          String namespace,
      @Required @JsonPropertyDescription("Name of the BpfProgram.") String name,
      @Required @JsonPropertyDescription("Name of the BpfRevision.") String revision) {}
}
