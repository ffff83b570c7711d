package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.hook.Pods;
import dev.skep.node.pod.LocalPod;
import dev.skep.node.pod.PodSource;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Pods as a test says; of labels it knows as little as a node without an API server. */
final class TestPods implements PodSource {
  private final Map<String, LocalPod> pods = new ConcurrentHashMap<>();

  void running(String uid, String namespace, String name, String container, String id) {
    pods.put(uid, new LocalPod(uid, namespace, name, null, Map.of(id, container)));
  }

  void gone(String uid) {
    pods.remove(uid);
  }

  static Pods named(String namespace, String... names) {
    return new Pods(List.of(namespace), List.of(names), null, List.of());
  }

  static Pods labelled(String namespace, String label, String value) {
    return new Pods(
        List.of(namespace),
        List.of(),
        new LabelSelectorBuilder().addToMatchLabels(label, value).build(),
        List.of());
  }

  @Override
  public void wanted(Runnable onChanged) {}

  @Override
  public Optional<LocalPod> pod(String uid) {
    return Optional.ofNullable(pods.get(uid));
  }

  @Override
  public Iterable<LocalPod> all() {
    return pods.values();
  }

  @Override
  public Optional<String> withoutLabels() {
    return PodSource.none().withoutLabels();
  }

  @Override
  public void close() {}
}
