package dev.skep.node.pod;

import dev.skep.api.v1alpha1.hook.Pods;
import dev.skep.node.target.Glob;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which pods a selector means.
 *
 * @param namespace of the BpfProgram, which is meant where the selector names none
 */
record PodSelector(String namespace, Pods pods) {

  boolean asksForLabels() {
    LabelSelector selector = pods.selector();
    return selector != null
        && (selector.getMatchLabels() != null && !selector.getMatchLabels().isEmpty()
            || selector.getMatchExpressions() != null && !selector.getMatchExpressions().isEmpty());
  }

  /** A pod whose labels are not known is not selected by labels. */
  boolean matches(LocalPod pod) {
    return (pods.namespaces().isEmpty()
            ? namespace.equals(pod.namespace())
            : any(pods.namespaces(), pod.namespace()))
        && (pods.names().isEmpty() || any(pods.names(), pod.name()))
        && (!asksForLabels() || pod.labels() != null && matches(pods.selector(), pod.labels()));
  }

  /** A container whose name is not known is not selected by name. */
  boolean matches(Optional<String> container) {
    return pods.containers().isEmpty()
        || container.map(name -> any(pods.containers(), name)).orElse(false);
  }

  private static boolean any(List<String> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> new Glob(pattern).matches(name));
  }

  private static boolean matches(LabelSelector selector, Map<String, String> labels) {
    Map<String, String> equal = selector.getMatchLabels();
    List<LabelSelectorRequirement> holding = selector.getMatchExpressions();
    return (equal == null || labels.entrySet().containsAll(equal.entrySet()))
        && (holding == null || holding.stream().allMatch(e -> holds(e, labels)));
  }

  private static boolean holds(LabelSelectorRequirement requirement, Map<String, String> labels) {
    String value = labels.get(requirement.getKey());
    List<String> values = requirement.getValues() == null ? List.of() : requirement.getValues();
    return switch (requirement.getOperator()) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false;
    };
  }

  /** In words. */
  String words() {
    StringBuilder words = new StringBuilder();
    add(words, "namespace", pods.namespaces().isEmpty() ? List.of(namespace) : pods.namespaces());
    add(words, "name", pods.names());
    if (asksForLabels()) {
      add(words, "labels", List.of(labels()));
    }
    add(words, "container", pods.containers());
    return words.toString();
  }

  private String labels() {
    StringBuilder labels = new StringBuilder();
    if (pods.selector().getMatchLabels() != null) {
      pods.selector()
          .getMatchLabels()
          .forEach((key, value) -> labels.append(',').append(key).append('=').append(value));
    }
    if (pods.selector().getMatchExpressions() != null) {
      for (LabelSelectorRequirement r : pods.selector().getMatchExpressions()) {
        labels.append(',').append(r.getKey()).append(' ').append(r.getOperator());
        if (r.getValues() != null && !r.getValues().isEmpty()) {
          labels.append(' ').append(r.getValues());
        }
      }
    }
    return labels.substring(Math.min(1, labels.length()));
  }

  private static void add(StringBuilder words, String what, List<String> values) {
    if (!values.isEmpty()) {
      words.append(words.isEmpty() ? "" : ", ").append(what).append(' ');
      words.append(String.join(" or ", values));
    }
  }
}
