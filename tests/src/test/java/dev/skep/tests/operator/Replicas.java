package dev.skep.tests.operator;

import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.tests.cluster.ControlPlane;
import dev.skep.tests.stack.Ports;
import dev.skep.tests.stack.RunningProcess;
import dev.skep.tests.stack.TestImages;
import dev.skep.tests.stack.TestRegistry;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * Operators as an install runs them, with an election and a mirror behind TLS and tokens, each with
 * the rights of its ServiceAccount; in a cluster of their own.
 */
final class Replicas implements AutoCloseable {
  static final String NAMESPACE = "skep-system";
  static final String NODE = "n1";
  static final Duration LEASE = Duration.ofSeconds(6);
  private static final Duration SOON = Duration.ofSeconds(90);

  final ControlPlane cluster = ControlPlane.start();
  final KubernetesClient client = cluster.client();
  final Path folder = newFolder();
  final TestRegistry registry = TestRegistry.start(folder.resolve("registry"), false);

  /** One operator and its ports. */
  record Replica(String name, RunningProcess process, int http, int mirror) {
    String address() {
      // By a name: certificates are for names.
      return "https://localhost:" + mirror;
    }

    String get(String path) {
      return Ports.get("http://127.0.0.1:" + http + path);
    }

    /** The body of an answer of any status. */
    String answer(String path) {
      try {
        return HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http + path)).build(),
                BodyHandlers.ofString())
            .body();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    boolean leads() {
      String metrics = get("/q/metrics");
      return metrics != null && metrics.contains("skep_operator_leads 1.0");
    }
  }

  private Replicas() {
    cluster.apply("config/install");
    cluster.addNode(NODE);
  }

  static Replicas start() {
    return new Replicas();
  }

  private static Path newFolder() {
    try {
      Path parent = Files.createDirectories(Path.of("target/replicas").toAbsolutePath());
      return Files.createTempDirectory(parent, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts one more operator; does not wait for it. */
  Replica start(String name, Map<String, String> settings) {
    return start(name, NAMESPACE, settings);
  }

  Replica start(String name, String namespace, Map<String, String> settings) {
    int http = Ports.free();
    int mirror = Ports.free();
    Map<String, String> environment = new HashMap<>();
    environment.put(
        "KUBECONFIG",
        cluster
            .kubeconfigOf(namespace, "skep-operator", folder.resolve(namespace + ".kubeconfig"))
            .toString());
    environment.put("POD_NAME", name);
    environment.put("SKEP_NAMESPACE", namespace);
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(http));
    environment.put("SKEP_MIRROR_PORT", Integer.toString(mirror));
    environment.put("SKEP_MIRROR_CERTIFICATE_NAMES", "localhost");
    environment.put("SKEP_MIRROR_CERTIFICATE_CHECK", "500ms");
    environment.put("SKEP_LEADER_ELECTION_LEASE", LEASE.toSeconds() + "s");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.putAll(settings);
    return new Replica(
        name,
        RunningProcess.start(
            name,
            folder.resolve(name + ".log"),
            environment,
            List.of(ControlPlane.projectRoot().resolve("scripts/operator").toString())),
        http,
        mirror);
  }

  Replica ready(Replica replica) {
    replica.process().awaitReady(SOON, () -> replica.get("/q/health/ready") != null);
    return replica;
  }

  /** A token of a ServiceAccount for an audience, as a kubelet would get it for a pod. */
  String token(String account, String audience) {
    return client
        .serviceAccounts()
        .inNamespace(NAMESPACE)
        .withName(account)
        .tokenRequest(
            new TokenRequestBuilder().withNewSpec().withAudiences(audience).endSpec().build())
        .getStatus()
        .getToken();
  }

  /** What daemons are told to trust; empty before they are. */
  String authorities() {
    Map<String, String> data =
        client.configMaps().inNamespace(NAMESPACE).withName("skep-mirror-ca").get().getData();
    return data == null ? "" : data.getOrDefault("ca.crt", "");
  }

  String leader() {
    Lease lease = client.leases().inNamespace(NAMESPACE).withName("skep-operator").get();
    return lease == null ? null : lease.getSpec().getHolderIdentity();
  }

  /** An image of one tracepoint program. */
  String image(String name) {
    String image = registry.address() + "/" + name + ":v1";
    TestImages.push(image, Map.of("tp.bpf.o", TestImages.object("tp")));
    return image;
  }

  void apply(String name, String image) {
    apply(name, image, "");
  }

  /** With one more line below spec. */
  void apply(String name, String image, String further) {
    String yaml =
        """
        apiVersion: skep.dev/v1alpha1
        kind: BpfProgram
        metadata: {name: %s, namespace: %s}
        spec:
          image: {reference: %s}
          %s
        """
            .formatted(name, NAMESPACE, image, further);
    // As it is written: our type would lose what it does not know.
    client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).serverSideApply();
  }

  BpfProgram program(String name) {
    return client.resources(BpfProgram.class).inNamespace(NAMESPACE).withName(name).get();
  }

  /** Waits until a program has a revision, which takes an operator that acts. */
  void awaitRevision(String program) {
    Awaitility.await(program + " has a revision")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                program(program).getStatus() != null
                    && program(program).getStatus().revision() != null);
  }

  @Override
  public void close() {
    client.close();
    registry.close();
    cluster.close();
  }
}
