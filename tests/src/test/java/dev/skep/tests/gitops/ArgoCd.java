package dev.skep.tests.gitops;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.artifact.process.Command;
import dev.skep.tests.cluster.ControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/** A real Argo CD beside the tests' control plane, by scripts/argocd.sh. */
final class ArgoCd implements AutoCloseable {
  static final String SCRIPT = ControlPlane.projectRoot().resolve("scripts/argocd.sh").toString();
  static final String NAMESPACE = "argocd";

  private final Path folder;
  private final KubernetesClient client;

  private ArgoCd(Path folder, KubernetesClient client) {
    this.folder = folder;
    this.client = client;
  }

  /** Starts it with the settings that ship. */
  static ArgoCd start(ControlPlane cluster, Path folder) {
    Path clusterFolder = cluster.kubeconfigFile().toAbsolutePath().getParent();
    assumeTrue(
        Files.isExecutable(clusterFolder.resolve("bin/kubectl")),
        "the control plane is not of scripts/control-plane.sh: Argo CD's processes do not reach it");
    ArgoCd argo = new ArgoCd(folder, cluster.client());
    argo.script("up", clusterFolder.toString());
    for (HealthScripts scripts : HealthScripts.values()) {
      cluster
          .kubectl("-n", NAMESPACE, "patch", "configmap", "argocd-cm")
          .and("--patch-file", scripts.settingsFile().toString())
          .output();
    }
    return argo;
  }

  /** Creates or changes an Application, or any resource of Argo CD's, from its manifest. */
  void apply(String manifest) {
    client
        .load(new java.io.ByteArrayInputStream(manifest.getBytes()))
        .forceConflicts()
        .serverSideApply();
  }

  /** Tells it that git changed, as a webhook does: it asks by itself every three minutes only. */
  void refresh(String application) {
    merge(
        application,
        "{\"metadata\":{\"annotations\":{\"argocd.argoproj.io/refresh\":\"normal\"}}}");
  }

  private void merge(String application, String patch) {
    if (application(application).exists()) {
      applications().withName(application).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }
  }

  ApplicationView application(String name) {
    return new ApplicationView(applications().withName(name).get());
  }

  List<ApplicationView> all() {
    return applications().list().getItems().stream().map(ApplicationView::new).toList();
  }

  /** Waits until what it says of an application is so. */
  ApplicationView await(String name, Duration atMost, Predicate<ApplicationView> is) {
    Instant deadline = Instant.now().plus(atMost);
    while (Instant.now().isBefore(deadline)) {
      ApplicationView now = application(name);
      if (now.exists() && is.test(now)) {
        return now;
      }
      sleep(20);
    }
    throw new AssertionError(
        "%s is not as expected after %s: %s".formatted(name, atMost, application(name)));
  }

  /** Waits until it runs commit {@code revision}, all of it, and says that it is healthy. */
  ApplicationView awaitHealthy(String name, String revision) {
    return await(
        name,
        Duration.ofSeconds(60),
        a -> a.isSynced() && a.revision().equals(revision) && a.health().equals("Healthy"));
  }

  /** Deletes an application and, as its finalizer says, what it applied. */
  void delete(String name) {
    applications().withName(name).delete();
    // A sync that is being retried would have to succeed first.
    merge(name, "{\"operation\": null}");
    Instant deadline = Instant.now().plusSeconds(60);
    while (applications().withName(name).get() != null) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("not gone: " + application(name));
      }
      sleep(50);
    }
  }

  void deleteSets() {
    client
        .genericKubernetesResources("argoproj.io/v1alpha1", "ApplicationSet")
        .inNamespace(NAMESPACE)
        .delete();
  }

  private NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      applications() {
    return client
        .genericKubernetesResources("argoproj.io/v1alpha1", "Application")
        .inNamespace(NAMESPACE);
  }

  private void script(String command, String... arguments) {
    Command.of(SCRIPT, command, folder.toString())
        .and(arguments)
        .within(ControlPlane.SCRIPTS)
        .output();
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    script("down");
    client.close();
  }
}
