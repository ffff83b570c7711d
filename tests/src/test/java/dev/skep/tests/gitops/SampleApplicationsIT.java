package dev.skep.tests.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.tests.cluster.ControlPlane;
import dev.skep.tests.stack.Stack;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Applications that ship, in a cluster where nothing of Skep is yet. It has no nodes, so that
 * the operator's pods do not start until the test asks for none.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SampleApplicationsIT {
  private static final Duration SOON = Duration.ofSeconds(120);
  private static final Path ROOT = ControlPlane.projectRoot();
  private static final String ADDRESS = "https://git.example.com/platform/skep.git";
  private static final String PROGRAM =
      """
      apiVersion: skep.dev/v1alpha1
      kind: BpfProgram
      metadata: {name: opens, namespace: skep-system}
      spec: {image: {reference: registry.example.com/bpf/opens:v1}}
      """;

  private @TempDir Path folder;
  private ControlPlane cluster;
  private KubernetesClient client;
  private ArgoCd argo;

  @BeforeAll
  void start() {
    cluster = ControlPlane.start();
    client = cluster.client();
    argo = ArgoCd.start(cluster, Path.of("target/sample-applications").toAbsolutePath());
  }

  /** The one that applies others first: it would apply them again. */
  @AfterEach
  void forget() {
    argo.deleteSets();
    for (String name : List.of("skep", "skep-programs", "skep-install")) {
      argo.delete(name);
    }
    argo.all().forEach(application -> argo.delete(application.name()));
    client.secrets().inNamespace(ArgoCd.NAMESPACE).withName("here").delete();
    client.resources(BpfProgram.class).inAnyNamespace().delete();
  }

  @AfterAll
  void stop() {
    if (argo != null) {
      argo.close();
    }
    if (client != null) {
      client.close();
    }
    cluster.close();
  }

  @Test
  @DisplayName("app-of-apps: kinds before the operator, programs once the operator is healthy")
  void inWaves() {
    GitRepository git = copyOfThisRepository("waves");
    git.push("As it ships");
    argo.apply(sample("app-of-apps.yaml", git));

    argo.await("skep-install", SOON, a -> a.isSynced() && a.health().equals("Progressing"));
    assertThat(established("bpfprograms.skep.dev")).isLessThanOrEqualTo(operatorCreated());
    Stack.pause(3000);
    assertThat(argo.all()).extracting(ApplicationView::name).doesNotContain("skep-programs");

    String operator = "config/install/060-operator.yaml";
    git.write(operator, read(ROOT.resolve(operator)).replace("replicas: 2", "replicas: 0"));
    git.push("No operator, which then is healthy");
    argo.refresh("skep-install");
    argo.await("skep-programs", SOON, ApplicationView::isSynced);
    assertThat(
            client.resources(BpfProgram.class).inNamespace("skep-system").withName("opens").get())
        .isNotNull();
    assertThat(
            argo.application("skep-install")
                .resourceHealth("CustomResourceDefinition", "bpfprograms.skep.dev"))
        .isEqualTo("Healthy");
  }

  private String established(String kind) {
    return client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName(kind)
        .get()
        .getStatus()
        .getConditions()
        .stream()
        .filter(c -> c.getType().equals("Established") && c.getStatus().equals("True"))
        .findFirst()
        .orElseThrow()
        .getLastTransitionTime();
  }

  private String operatorCreated() {
    return client
        .apps()
        .deployments()
        .inNamespace("skep-system")
        .withName("skep-operator")
        .get()
        .getMetadata()
        .getCreationTimestamp();
  }

  @Test
  @DisplayName("an ApplicationSet: each cluster with the label gets its Applications")
  void onEveryCluster() {
    GitRepository git = copyOfThisRepository("set");
    git.push("As it ships");
    argo.apply(sample("applicationset.yaml", git));
    argo.apply(
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: here
          namespace: argocd
          labels: {argocd.argoproj.io/secret-type: cluster, skep.dev/fleet: "true"}
        stringData:
          name: here
          server: https://kubernetes.default.svc
          config: '{}'
        """);
    argo.await("here-skep-install", SOON, ApplicationView::exists);
    argo.await("here-skep-programs", SOON, a -> a.isSynced());
  }

  private GitRepository copyOfThisRepository(String name) {
    GitRepository git = GitRepository.create(folder.resolve(name));
    for (String part : List.of("config/install", "config/argocd/apps")) {
      try (Stream<Path> files = Files.list(ROOT.resolve(part))) {
        files
            .filter(Files::isRegularFile)
            .forEach(
                file ->
                    git.write(
                        part + "/" + file.getFileName(), read(file).replace(ADDRESS, git.url())));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return git.write("config/samples/opens.yaml", PROGRAM);
  }

  /** As it ships, but more impatient. */
  private static String sample(String name, GitRepository git) {
    return read(HealthScripts.ARGO_CD.resolve(name))
        .replace(ADDRESS, git.url())
        .replace("{duration: 5s, factor: 2, maxDuration: 3m}", "{duration: 1s, factor: 1}");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
