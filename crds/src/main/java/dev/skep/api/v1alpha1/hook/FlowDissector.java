package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.ValidationRule;

/** How a network namespace reads the flow of a packet from its headers. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!(has(self.pods) && has(self.networkNamespace))",
    message = "name pods or a networkNamespace, not both")
public record FlowDissector(
    @Pattern("^[A-Za-z0-9_./-]{1,255}$")
        @JsonPropertyDescription(
            "The network namespace: a name as ip netns shows it, or an absolute path on the node. Default: the host's.")
        String networkNamespace,
    @JsonPropertyDescription("The pods whose network namespaces are meant. Default: none.")
        Pods pods)
    implements NetworkHook {
  @Override
  public FlowDissector narrowed() {
    return new FlowDissector(null, null);
  }
}
