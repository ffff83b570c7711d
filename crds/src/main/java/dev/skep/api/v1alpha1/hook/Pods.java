package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;

/** Pods of a node, and containers in them. Every condition that is given must hold. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Pods(
    @Size(max = 64)
        @JsonPropertyDescription(
            "Namespaces of the pods; * is every one. Default: the BpfProgram's own.")
        List<String> namespaces,
    @Size(max = 64)
        @JsonPropertyDescription("Names of the pods, or patterns (web-*). Default: every one.")
        List<String> names,
    @JsonPropertyDescription(
            "Labels of the pods. Default: any. Needs an API server: without one no labels are known.")
        @ValidationRule(
            value =
                "!has(self.matchExpressions) || self.matchExpressions.all(e,"
                    + " (e.operator == 'In' || e.operator == 'NotIn') == (has(e.values) && size(e.values) > 0))",
            message =
                "matchExpressions: operator is In or NotIn with values, or Exists or DoesNotExist without")
        LabelSelector selector,
    @Size(max = 64)
        @JsonPropertyDescription(
            "Names of containers in the pods, or patterns. Default: every one.")
        List<String> containers) {
  public Pods {
    namespaces = namespaces == null ? List.of() : List.copyOf(namespaces);
    names = names == null ? List.of() : List.copyOf(names);
    containers = containers == null ? List.of() : List.copyOf(containers);
  }
}
