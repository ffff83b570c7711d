package dev.skep.tests.cluster;

import dev.skep.artifact.process.Command;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.authentication.BoundObjectReference;
import io.fabric8.kubernetes.api.model.authentication.BoundObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A real Kubernetes API server for tests. {@code SKEP_TEST_CLUSTER} chooses which: {@code local}
 * (the default), processes on this machine's loopback, or {@code k3s}, in a container.
 */
public sealed interface ControlPlane extends AutoCloseable
    permits LocalControlPlane, K3sControlPlane {
  /** What a script may take that starts or ends a part of a cluster: it may have to compile it. */
  Duration SCRIPTS = Duration.ofMinutes(20);

  /**
   * The one that all tests of this JVM share, with Skep's CRDs; it ends with the JVM. A test that
   * needs a cluster that is not to be had here is skipped, with the reason.
   */
  static ControlPlane shared() {
    return SharedControlPlane.get();
  }

  /** A new one, without Skep's CRDs. */
  static ControlPlane start() {
    String kind = System.getenv().getOrDefault("SKEP_TEST_CLUSTER", "local");
    return switch (kind) {
      case "local" -> LocalControlPlane.start();
      case "k3s" -> K3sControlPlane.start();
      default ->
          throw new IllegalArgumentException("SKEP_TEST_CLUSTER=" + kind + ": use local or k3s");
    };
  }

  /** A cluster administrator's kubeconfig, with its keys inside. */
  String kubeconfig();

  /** A file that holds {@link #kubeconfig()}, for other processes. */
  Path kubeconfigFile();

  /** The program kubectl, of the version of the API server. */
  Path kubectl();

  /** That program as a cluster administrator runs it. */
  default Command kubectl(String... arguments) {
    return Command.of(kubectl().toString())
        .and(arguments)
        .with(Map.of("KUBECONFIG", kubeconfigFile().toString()));
  }

  /** What a cluster administrator pastes into a shell, which finds that kubectl. */
  default Command shell(String commands) {
    return Command.of("bash", "-c", commands)
        .with(Map.of("KUBECONFIG", kubeconfigFile().toString()))
        .withPath(kubectl().getParent());
  }

  /** Ends the API server as a crash would; everything it stored stays. */
  void killApiServer();

  /** Starts the API server again, at the same address; returns when it answers. */
  void restartApiServer();

  @Override
  void close();

  /** A new client of a cluster administrator. */
  default KubernetesClient client() {
    return new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeconfig())).build();
  }

  /** Writes a kubeconfig of a ServiceAccount, with its rights and no others, good for a day. */
  default Path kubeconfigOf(String namespace, String serviceAccount, Path file) {
    return writeKubeconfig(token(namespace, serviceAccount, null), file);
  }

  /** Of a ServiceAccount as a pod on a node has it: its token names the node. */
  default Path kubeconfigOn(String node, String namespace, String serviceAccount, Path file) {
    BoundObjectReference bound =
        new BoundObjectReferenceBuilder()
            .withKind("Node")
            .withApiVersion("v1")
            .withName(node)
            .build();
    return writeKubeconfig(token(namespace, serviceAccount, bound), file);
  }

  private String token(String namespace, String serviceAccount, BoundObjectReference bound) {
    try (KubernetesClient client = client()) {
      return client
          .serviceAccounts()
          .inNamespace(namespace)
          .withName(serviceAccount)
          .tokenRequest(
              new TokenRequestBuilder()
                  .withNewSpec()
                  .withBoundObjectRef(bound)
                  .withExpirationSeconds(Duration.ofDays(1).toSeconds())
                  .endSpec()
                  .build())
          .getStatus()
          .getToken();
    }
  }

  private Path writeKubeconfig(String token, Path file) {
    Config admin = Config.fromKubeconfig(kubeconfig());
    try {
      return Files.writeString(
          file,
          """
          apiVersion: v1
          kind: Config
          clusters:
          - name: test
            cluster: {server: "%s", certificate-authority-data: "%s"}
          users:
          - name: account
            user: {token: "%s"}
          contexts:
          - name: test
            context: {cluster: test, user: account}
          current-context: test
          """
              .formatted(admin.getMasterUrl(), admin.getCaCertData(), token));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A Node object as a kubelet would make it: nothing runs behind it. */
  default void addNode(String name) {
    try (KubernetesClient client = client()) {
      client
          .resource(
              new NodeBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .withLabels(Map.of("kubernetes.io/os", "linux", "kubernetes.io/hostname", name))
                  .endMetadata()
                  .build())
          .serverSideApply();
    }
  }

  /** Applies every manifest of a folder of this project, e.g. {@code crds/src/main/crds}. */
  default void apply(String folder) {
    apply(folder, resource -> true);
  }

  /**
   * Applies config/install but for what would start pods: tests run the operator and the daemon as
   * processes, with the rights that are installed here.
   */
  default void install() {
    Set<String> pods = Set.of("Deployment", "DaemonSet");
    apply("config/install", resource -> !pods.contains(resource.getKind()));
  }

  private void apply(String folder, Predicate<HasMetadata> which) {
    try (KubernetesClient client = client();
        var files = Files.list(projectRoot().resolve(folder))) {
      for (Path file : files.filter(ControlPlane::isManifest).sorted().toList()) {
        try (var manifest = Files.newInputStream(file)) {
          for (HasMetadata resource : client.load(manifest).items()) {
            if (which.test(resource)) {
              client.resource(resource).serverSideApply();
            }
          }
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(folder + ": " + e.getMessage(), e);
    }
  }

  private static boolean isManifest(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".yaml") && !name.equals("kustomization.yaml");
  }

  /** The checkout that is being tested. */
  static Path projectRoot() {
    return Path.of(System.getProperty("skep.root", "..")).toAbsolutePath().normalize();
  }
}
