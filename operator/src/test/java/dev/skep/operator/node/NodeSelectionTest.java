package dev.skep.operator.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NodeSelectionTest {
  private static final Map<String, String> LABELS = Map.of("os", "linux", "zone", "a");

  @Test
  @DisplayName("no selector and an empty one select every node")
  void emptySelectsAll() {
    assertThat(NodeSelection.matches(null, LABELS)).isTrue();
    assertThat(NodeSelection.matches(new LabelSelectorBuilder().build(), Map.of())).isTrue();
  }

  @Test
  @DisplayName("all labels must match")
  void allLabels() {
    var selector = new LabelSelectorBuilder().addToMatchLabels("os", "linux");
    assertThat(NodeSelection.matches(selector.build(), LABELS)).isTrue();
    selector.addToMatchLabels("zone", "b");
    assertThat(NodeSelection.matches(selector.build(), LABELS)).isFalse();
  }

  @Test
  @DisplayName("expressions follow Kubernetes: NotIn and DoesNotExist select what has no label")
  void expressions() {
    assertThat(matches("zone", "In", "a", "b")).isTrue();
    assertThat(matches("zone", "In", "b")).isFalse();
    assertThat(matches("gpu", "In", "a")).isFalse();
    assertThat(matches("zone", "NotIn", "b")).isTrue();
    assertThat(matches("zone", "NotIn", "a")).isFalse();
    assertThat(matches("gpu", "NotIn", "a")).isTrue();
    assertThat(matches("zone", "Exists")).isTrue();
    assertThat(matches("gpu", "Exists")).isFalse();
    assertThat(matches("gpu", "DoesNotExist")).isTrue();
    assertThat(matches("zone", "DoesNotExist")).isFalse();
    assertThat(matches("zone", "Like", "a")).isFalse();
  }

  private static boolean matches(String key, String operator, String... values) {
    return NodeSelection.matches(
        new LabelSelectorBuilder()
            .addNewMatchExpression()
            .withKey(key)
            .withOperator(operator)
            .withValues(values)
            .endMatchExpression()
            .build(),
        LABELS);
  }
}
