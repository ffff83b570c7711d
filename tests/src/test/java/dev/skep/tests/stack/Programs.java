package dev.skep.tests.stack;

import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfProgramStatus.Phase;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/** The BpfPrograms of one namespace, as their user handles them. */
public record Programs(KubernetesClient client, String namespace) {
  private static final Duration READY = Duration.ofSeconds(30);

  /** Applies a BpfProgram with this spec, as kubectl apply --server-side does. */
  public BpfProgram apply(String name, String spec) {
    String yaml =
        "apiVersion: skep.dev/v1alpha1\nkind: BpfProgram\nmetadata: {name: %s, namespace: %s}\nspec:\n%s"
            .formatted(name, namespace, spec.indent(2));
    return client
        .resources(BpfProgram.class)
        .inNamespace(namespace)
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .forceConflicts()
        .serverSideApply();
  }

  public BpfProgram get(String name) {
    return client.resources(BpfProgram.class).inNamespace(namespace).withName(name).get();
  }

  /** Waits until the status speaks of the current generation and {@code is} holds of it. */
  public BpfProgramStatus await(String name, Duration atMost, Predicate<BpfProgramStatus> is) {
    Instant deadline = Instant.now().plus(atMost);
    BpfProgram last = null;
    while (Instant.now().isBefore(deadline)) {
      last = get(name);
      if (last != null
          && last.getStatus() != null
          && last.getMetadata().getGeneration().equals(last.getStatus().observedGeneration())
          && is.test(last.getStatus())) {
        return last.getStatus();
      }
      Stack.pause(50);
    }
    throw new AssertionError(
        name
            + " did not become as expected in "
            + atMost
            + ": "
            + (last == null ? "gone" : last.getStatus()));
  }

  public BpfProgramStatus awaitReady(String name) {
    return await(name, READY, s -> s.phase() == Phase.Ready);
  }

  /** Deletes every one and waits until they are gone, which they are when nodes have let go. */
  public void deleteAll() {
    client.resources(BpfProgram.class).inNamespace(namespace).delete();
    Instant deadline = Instant.now().plus(READY);
    List<BpfProgram> left;
    while (!(left = client.resources(BpfProgram.class).inNamespace(namespace).list().getItems())
        .isEmpty()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError(
            "not gone after %s: %s, of %s".formatted(READY, said(left), nodes()));
      }
      Stack.pause(50);
    }
  }

  private static List<String> said(List<BpfProgram> programs) {
    return programs.stream().map(p -> p.getMetadata().getName() + " " + p.getStatus()).toList();
  }

  private List<String> nodes() {
    return client.resources(BpfNode.class).list().getItems().stream()
        .map(n -> n.getMetadata().getName() + " " + n.getStatus())
        .toList();
  }
}
