package dev.skep.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** An OCI image that holds one compiled eBPF object. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Image(
    @Required
        @Size(min = 1, max = 512)
        @JsonPropertyDescription(
            "Image reference by tag or digest, as docker pull takes it:"
                + " registry.example.com/bpf/file-opens:v1 or …@sha256:….")
        String reference,
    @Default("IfNotPresent")
        @JsonPropertyDescription(
            "When a tag is resolved to a digest again. IfNotPresent: once, when the reference"
                + " changes. Always: every five minutes; a moved tag makes a new revision. Default:"
                + " IfNotPresent.")
        PullPolicy pullPolicy,
    @JsonPropertyDescription(
            "Secrets of type kubernetes.io/dockerconfigjson in the same namespace, tried in order."
                + " Read by the operator only; nodes never see them.")
        @Size(max = 8)
        List<PullSecret> pullSecrets) {

  public Image {
    pullPolicy = pullPolicy == null ? PullPolicy.IfNotPresent : pullPolicy;
    pullSecrets = pullSecrets == null ? List.of() : List.copyOf(pullSecrets);
  }

  /** When a tag is looked up again. */
  public enum PullPolicy {
    Always,
    IfNotPresent
  }

  /**
   * A Secret of the program's own namespace.
   *
   * @param name its name
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record PullSecret(@Required @JsonPropertyDescription("Name of the Secret.") String name) {}
}
