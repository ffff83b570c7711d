package dev.skep.operator.node;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;

/** Whether a label selector selects a node, by the rules of metav1.LabelSelector. */
public final class NodeSelection {
  private NodeSelection() {}

  /** No selector selects every node. */
  public static boolean matches(LabelSelector selector, Map<String, String> labels) {
    if (selector == null) {
      return true;
    }
    Map<String, String> matchLabels = selector.getMatchLabels();
    boolean equal =
        matchLabels == null
            || matchLabels.entrySet().stream()
                .allMatch(e -> e.getValue().equals(labels.get(e.getKey())));
    List<LabelSelectorRequirement> expressions = selector.getMatchExpressions();
    return equal && (expressions == null || expressions.stream().allMatch(e -> holds(e, labels)));
  }

  private static boolean holds(LabelSelectorRequirement requirement, Map<String, String> labels) {
    String value = labels.get(requirement.getKey());
    List<String> values = requirement.getValues() == null ? List.of() : requirement.getValues();
    return switch (requirement.getOperator()) {
      case "In" -> value != null && values.contains(value);
      // As in Kubernetes, a node without the label is not in any set.
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      // The API server takes any text here; what is not understood selects nothing.
      default -> false;
    };
  }
}
