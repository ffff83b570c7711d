package dev.skep.node.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.hook.Pods;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PodSelectorTest {
  private static final LocalPod WEB =
      new LocalPod("1", "shop", "web-7", Map.of("app", "web", "tier", "front"), Map.of());
  private static final LocalPod UNLABELLED = new LocalPod("2", "shop", "web-8", null, Map.of());

  @Test
  @DisplayName("without namespaces the BpfProgram's own is meant; * is every one")
  void namespaces() {
    Pods every = pods(List.of(), List.of(), null);

    assertThat(new PodSelector("shop", every).matches(WEB)).isTrue();
    assertThat(new PodSelector("bank", every).matches(WEB)).isFalse();
    assertThat(selects(pods(List.of("*"), List.of(), null))).isTrue();
    assertThat(selects(pods(List.of("bank", "sh?p"), List.of(), null))).isTrue();
  }

  @Test
  @DisplayName("every condition that is given must hold")
  void conditions() {
    LabelSelector web = new LabelSelectorBuilder().addToMatchLabels("app", "web").build();

    assertThat(selects(pods(List.of("shop"), List.of("web-*"), web))).isTrue();
    assertThat(selects(pods(List.of("shop"), List.of("db-*"), web))).isFalse();
    assertThat(selects(pods(List.of("bank"), List.of("web-*"), web))).isFalse();
  }

  @Test
  @DisplayName("labels are compared by the rules of metav1.LabelSelector")
  void labels() {
    assertThat(holds("app", "In", "web", "db")).isTrue();
    assertThat(holds("app", "In", "db")).isFalse();
    assertThat(holds("app", "NotIn", "db")).isTrue();
    assertThat(holds("owner", "NotIn", "me")).isTrue();
    assertThat(holds("tier", "Exists")).isTrue();
    assertThat(holds("tier", "DoesNotExist")).isFalse();
    assertThat(holds("app", "Near", "web")).isFalse();
  }

  @Test
  @DisplayName("a pod whose labels are not known is selected by name, and never by labels")
  void unknownLabels() {
    LabelSelector absent =
        new LabelSelectorBuilder()
            .addToMatchExpressions(new LabelSelectorRequirement("owner", "DoesNotExist", List.of()))
            .build();

    assertThat(new PodSelector("shop", pods(List.of(), List.of("web-*"), null)).matches(UNLABELLED))
        .isTrue();
    assertThat(new PodSelector("shop", pods(List.of(), List.of(), absent)).matches(UNLABELLED))
        .isFalse();
    LabelSelector empty = new LabelSelector();
    assertThat(new PodSelector("shop", pods(List.of(), List.of(), empty)).matches(UNLABELLED))
        .isTrue();
  }

  @Test
  @DisplayName("containers are selected by name, and one without a known name only by none")
  void containers() {
    PodSelector every = new PodSelector("shop", pods(List.of(), List.of(), null));
    PodSelector app =
        new PodSelector("shop", new Pods(List.of(), List.of(), null, List.of("app-*")));

    assertThat(every.matches(Optional.of("x"))).isTrue();
    assertThat(every.matches(Optional.empty())).isTrue();
    assertThat(app.matches(Optional.of("app-1"))).isTrue();
    assertThat(app.matches(Optional.of("sidecar"))).isFalse();
    assertThat(app.matches(Optional.empty())).isFalse();
  }

  @Test
  @DisplayName("in words it says all that it asks for")
  void words() {
    LabelSelector labels =
        new LabelSelectorBuilder()
            .addToMatchLabels("app", "web")
            .addToMatchExpressions(
                new LabelSelectorRequirement("tier", "In", List.of("front", "back")))
            .build();

    assertThat(
            new PodSelector("shop", new Pods(List.of(), List.of("a", "b"), labels, List.of("c")))
                .words())
        .isEqualTo(
            "namespace shop, name a or b, labels app=web,tier In [front, back], container c");
  }

  private static boolean holds(String label, String operator, String... values) {
    return selects(
        pods(
            List.of("shop"),
            List.of(),
            new LabelSelectorBuilder()
                .addToMatchExpressions(
                    new LabelSelectorRequirement(label, operator, List.of(values)))
                .build()));
  }

  private static boolean selects(Pods pods) {
    return new PodSelector("other", pods).matches(WEB);
  }

  private static Pods pods(List<String> namespaces, List<String> names, LabelSelector labels) {
    return new Pods(namespaces, names, labels, List.of());
  }
}
