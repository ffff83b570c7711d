package dev.skep.tests.pods;

import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.artifact.oci.RegistryProcess;
import dev.skep.artifact.process.Command;
import dev.skep.tests.cluster.ControlPlane;
import dev.skep.tests.stack.Ports;
import dev.skep.tests.stack.Programs;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A Kubernetes of one node (scripts/cluster.sh) with Skep in it, from the images that
 * scripts/images.sh built, and a registry that the operator's pods reach.
 */
final class OneNode implements AutoCloseable {
  static final String NAMESPACE = "skep-system";
  static final String NODE = "node-a";
  static final String OPERATOR = "deployment/skep-operator";
  static final String DAEMON = "daemonset/skep-daemon";

  private static final Path ROOT = ControlPlane.projectRoot();
  private static final Duration LIMIT = Duration.ofMinutes(4);

  private final Path folder = Path.of("target/one-node").toAbsolutePath();
  private final Path cluster = folder.resolve("cluster");
  private final Properties address = new Properties();
  private RegistryProcess registry;
  private KubernetesClient client;
  private Duration installed;
  private String restarts;

  private OneNode() {}

  /** Starts the cluster, installs Skep with kubectl and waits until all of it is ready. */
  static OneNode start() {
    OneNode node = new OneNode();
    try {
      node.make();
      node.install();
      return node;
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private void make() {
    script("down");
    script("up", NODE);
    script("import", image("operator"), image("daemon"));
    try (var lines = Files.newBufferedReader(cluster.resolve("address"))) {
      address.load(lines);
      client =
          new KubernetesClientBuilder()
              .withConfig(Config.fromKubeconfig(Files.readString(cluster.resolve("kubeconfig"))))
              .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    registry =
        RegistryProcess.startAt(folder.resolve("registry"), address.getProperty("machine_address"));
    shell(
        "write_kustomization '%1$s' config/overlays/dev; allow_plain_http '%1$s' '%2$s'"
            .formatted(overlay().resolve("kustomization.yaml"), registry.host()));
  }

  static String image(String name) {
    Path archive = ROOT.resolve(".cache/images/" + name + ".tar");
    if (!Files.exists(archive)) {
      throw new IllegalStateException(archive + " is not built: scripts/images.sh build");
    }
    return archive.toString();
  }

  private Path overlay() {
    return folder.resolve("install");
  }

  /** {@code kubectl apply -k}, and waits until operator and daemon are ready. */
  void install() {
    long start = System.nanoTime();
    kubectl("apply", "-k", overlay().toString());
    awaitInstalled();
    installed = Duration.ofNanos(System.nanoTime() - start);
    if (restarts == null) {
      restarts =
          kubectl(
              "get", "pods", "-o", "jsonpath={.items[*].status.containerStatuses[*].restartCount}");
    }
  }

  /** How often each container had been started again when the first install was ready. */
  String restarts() {
    return restarts;
  }

  /** How long the last install took until all was ready. */
  Duration installed() {
    return installed;
  }

  /** Waits until the pods of the last change of operator and daemon are ready. */
  void awaitInstalled() {
    shell("await_installed");
  }

  /** {@code kubectl delete -k}. */
  void uninstall() {
    kubectl("delete", "-k", overlay().toString(), "--ignore-not-found", "--timeout=120s");
  }

  /** What of Skep's is in the cluster, beside what is in its namespace. */
  List<String> skepsOwn() {
    String kinds = "namespace,crd,clusterrole,clusterrolebinding,validatingadmissionpolicy";
    return kubectl("get", kinds, "-o", "name").lines().filter(n -> n.contains("skep")).toList();
  }

  /** What {@code make TARGET} prints to somebody whose kubeconfig is of this cluster. */
  String make(String target) {
    return Command.of("make", target, "CLUSTER=current")
        .in(ROOT)
        .with(access())
        .with(
            Map.of(
                "SKEP_DEMO_YES",
                "1",
                "SKEP_DEMO_DIR",
                folder.resolve("demo").toString(),
                "SKEP_DEMO_OVERLAY",
                "config/overlays/dev",
                "SKEP_DEMO_LOAD",
                ROOT.resolve("scripts/cluster.sh") + " import " + cluster,
                "SKEP_DEMO_ADDRESS",
                address.getProperty("machine_address")))
        .withPath(cluster.resolve("bin"))
        .within(LIMIT)
        .output();
  }

  Programs programs() {
    return new Programs(client, NAMESPACE);
  }

  KubernetesClient client() {
    return client;
  }

  BpfNode node() {
    return client.resources(BpfNode.class).withName(NODE).get();
  }

  /** Pushes the image of an object; returns what the operator calls it. */
  String push(String object) {
    String reference = registry.host() + "/pods/" + object + ":v1";
    TestImages.push(reference, Map.of(object + ".bpf.o", TestImages.object(object)));
    return reference;
  }

  /** Host and port of the registry, as pods reach it. */
  String registry() {
    return registry.host();
  }

  /** The sum of a metric's series whose line contains {@code labels}, not older than now. */
  double metric(String name, String labels) {
    // The daemon reads the kernel at most once a second.
    Stack.pause(1100);
    String metrics = Ports.get("http://%s:9644/metrics".formatted(address.get("node_address")));
    return metrics == null ? 0 : Stack.sum(metrics, name, labels);
  }

  /** What kubectl prints; fails when it fails. */
  String kubectl(String... arguments) {
    return kubectlOf(arguments).output();
  }

  /** What comes of a kubectl that may fail. */
  Command.Ended tryKubectl(String... arguments) {
    return kubectlOf(arguments).end();
  }

  private Command kubectlOf(String... arguments) {
    return Command.of(cluster.resolve("bin/kubectl").toString(), "-n", NAMESPACE)
        .and(arguments)
        .with(access())
        .within(LIMIT);
  }

  private Map<String, String> access() {
    return Map.of("KUBECONFIG", cluster.resolve("kubeconfig").toString());
  }

  /** Runs a command on the node: in its network and with its mounts. */
  String onNode(String... command) {
    return script("on", command);
  }

  /** The words before a command that run it on the node. */
  List<String> nodePrefix() {
    return List.of(ROOT.resolve("scripts/cluster.sh").toString(), "on", cluster.toString());
  }

  /** Ends every pod at once and empties what a reboot empties; the kubelet starts them again. */
  void reboot() {
    script("reboot");
  }

  /** Gives an image of the node one more name, as if another build had made it. */
  void tag(String image, String name) {
    ctr("images", "tag", "--force", image, name);
  }

  /** Asks the node's containerd. */
  String ctr(String... arguments) {
    String socket = cluster.resolve("kubelet/containerd.sock").toString();
    return Command.of("ctr", "-a", socket, "-n", "k8s.io").and(arguments).within(LIMIT).output();
  }

  private String script(String command, String... arguments) {
    return Command.of(ROOT.resolve("scripts/cluster.sh").toString(), command, cluster.toString())
        .and(arguments)
        .within(LIMIT)
        .output();
  }

  /** Calls a function of scripts/installation.sh, as the demonstration does. */
  private void shell(String function) {
    Command.of("bash", "-euc")
        .and("root=%s; source $root/scripts/installation.sh; %s".formatted(ROOT, function))
        .with(access())
        .withPath(cluster.resolve("bin"))
        .within(LIMIT.multipliedBy(2))
        .output();
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
    if (registry != null) {
      registry.close();
    }
    script("down");
  }
}
