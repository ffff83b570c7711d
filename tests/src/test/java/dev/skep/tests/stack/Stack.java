package dev.skep.tests.stack;

import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.tests.cluster.ControlPlane;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All of Skep as a cluster runs it: a control plane, a registry, the operator and one daemon on
 * this machine's kernel, each the real program in a process of its own.
 */
public final class Stack implements AutoCloseable {
  public static final String NAMESPACE = "stories";
  public static final String NODE = "node-a";
  private static final Path ROOT = ControlPlane.projectRoot();
  private static final Duration READY = Duration.ofSeconds(30);

  private final Path folder;
  private final Path pins;
  private final ControlPlane cluster;
  private final KubernetesClient client;
  private final TestRegistry registry;
  private final int operatorPort = Ports.free();
  private final int daemonPort = Ports.free();
  private RunningProcess operator;
  private RunningProcess daemon;

  private Stack(Path folder) {
    this.folder = folder;
    this.pins = Path.of("/sys/fs/bpf/skep-test-" + ProcessHandle.current().pid());
    this.registry = TestRegistry.start(folder.resolve("registry"), false);
    this.cluster = ControlPlane.shared();
    this.client = cluster.client();
  }

  /** Starts everything and waits until the node says that it is ready. */
  public static Stack start() {
    Path folder = Path.of("target/stack").toAbsolutePath();
    if (Files.exists(folder)) {
      TestImages.deleteAll(folder);
    }
    Stack stack = new Stack(folder);
    try {
      stack.install();
      stack.startOperator();
      stack.startDaemon();
      return stack;
    } catch (RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  private void install() {
    cluster.install();
    cluster.addNode(NODE);
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .serverSideApply();
  }

  public KubernetesClient client() {
    return client;
  }

  public ControlPlane cluster() {
    return cluster;
  }

  public TestRegistry registry() {
    return registry;
  }

  public RunningProcess operator() {
    return operator;
  }

  public RunningProcess daemon() {
    return daemon;
  }

  /** A second registry, the caller's to close. */
  public TestRegistry startRegistry(String name, boolean login) {
    return TestRegistry.start(folder.resolve(name), login);
  }

  /** As an install runs it: with the rights of its own ServiceAccount, and no others. */
  private Path operatorAccess() {
    Path file = folder.resolve("operator.kubeconfig");
    return Files.exists(file) ? file : cluster.kubeconfigOf("skep-system", "skep-operator", file);
  }

  private Path daemonAccess(String node) {
    Path file = folder.resolve("daemon-" + node + ".kubeconfig");
    return Files.exists(file)
        ? file
        : cluster.kubeconfigOn(node, "skep-system", "skep-daemon", file);
  }

  /** A folder of a test's own, for logs and the like; gone at the next start of a stack. */
  public Path folder(String name) {
    return folder.resolve(name);
  }

  /** How a daemon in a guest reaches the cluster: as an install runs it, from its own machine. */
  public Path guestAccess(String node) {
    Path file = folder.resolve(node + ".kubeconfig");
    try {
      return Files.writeString(file, GuestNode.seenFromGuest(Files.readString(daemonAccess(node))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the operator serves the objects. */
  public String mirror() {
    return "http://127.0.0.1:" + operatorPort;
  }

  public void startOperator() {
    operator =
        RunningProcess.start(
                "operator",
                folder.resolve("operator.log"),
                Map.of(
                    "KUBECONFIG",
                    operatorAccess().toString(),
                    "QUARKUS_HTTP_HOST",
                    "127.0.0.1",
                    "QUARKUS_HTTP_PORT",
                    Integer.toString(operatorPort),
                    "SKEP_MIRROR_TLS",
                    "false",
                    "SKEP_LEADER_ELECTION_ENABLED",
                    "false",
                    "JAVA_HOME",
                    System.getProperty("java.home")),
                List.of(ROOT.resolve("scripts/operator").toString()))
            .awaitReady(
                Duration.ofSeconds(60),
                () -> Ports.get("http://127.0.0.1:" + operatorPort + "/q/health/ready") != null);
  }

  public void startDaemon() {
    startDaemonBy(List.of(ROOT.resolve("scripts/skep").toString()));
  }

  /**
   * What a boot does to a node's programs and their daemon: no pin outlives it, and the boot has
   * another id, which here is that daemon's alone.
   */
  public void rebootNode() {
    daemon.kill();
    TestImages.deleteAll(pins);
    Path boot = folder.resolve("boot_id");
    try {
      Files.writeString(boot, UUID.randomUUID() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    startDaemonBy(
        List.of(
            "unshare",
            "--mount",
            "sh",
            "-c",
            "mount --bind \"$0\" /proc/sys/kernel/random/boot_id && exec \"$@\"",
            boot.toString(),
            ROOT.resolve("scripts/skep").toString()));
  }

  /** What a daemon reads and writes but for its pins. */
  public Path folder() {
    return folder;
  }

  /**
   * Starts the daemon by another command than this checkout's.
   *
   * @param skep to which {@code serve} and its arguments are added
   */
  public void startDaemonBy(List<String> skep) {
    List<String> command = new ArrayList<>(skep);
    command.addAll(
        List.of(
            "serve",
            "--node-name",
            NODE,
            "--kubeconfig",
            daemonAccess(NODE).toString(),
            "--mirror",
            mirror(),
            "--state-dir",
            folder.resolve("state").toString(),
            "--pin-root",
            pins.toString(),
            "--http-port",
            Integer.toString(daemonPort)));
    daemon =
        RunningProcess.start(
                "daemon",
                folder.resolve("daemon.log"),
                Map.of("JAVA_HOME", System.getProperty("java.home")),
                command)
            .awaitReady(
                READY, () -> Ports.get("http://127.0.0.1:" + daemonPort + "/readyz") != null);
  }

  /** What the daemon says on /metrics. */
  public String metrics() {
    return Ports.get("http://127.0.0.1:" + daemonPort + "/metrics");
  }

  /** The sum of all series of one metric whose line contains {@code labels}, not older than now. */
  public double metric(String name, String labels) {
    // The daemon reads the kernel at most once a second.
    pause(1100);
    return sum(metrics(), name, labels);
  }

  /** The sum of all series of one metric, in what a daemon says, whose line has these labels. */
  public static double sum(String metrics, String name, String labels) {
    return metrics
        .lines()
        .filter(l -> l.startsWith(name + "{") && l.contains(labels))
        .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** The folder of pins of one program, below which each load has its own. */
  public Path pins(String program) {
    return pins.resolve(NAMESPACE).resolve(program);
  }

  /** Pins of a kind (links, programs, maps) over all loads of one program. */
  public List<Path> pins(String program, String kind) {
    if (!Files.isDirectory(pins(program))) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(pins(program))) {
      return all.filter(p -> p.getParent().getFileName().toString().equals(kind)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The loads of a program that an interface runs an XDP program of, one for each interface. */
  public List<String> xdpLoads(String program) {
    Path interfaces = pins.resolve("_xdp");
    if (!Files.isDirectory(interfaces)) {
      return List.of();
    }
    String ours = " " + NAMESPACE + "/" + program + "/";
    try (Stream<Path> all = Files.walk(interfaces)) {
      return all.filter(Files::isSymbolicLink)
          .map(Stack::target)
          .filter(member -> member.contains(ours))
          .map(member -> member.split("/")[2])
          .toList();
    } catch (IOException | UncheckedIOException changedMeanwhile) {
      return List.of();
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The BpfPrograms of this stack's namespace. */
  public Programs programs() {
    return new Programs(client, NAMESPACE);
  }

  /** Applies a BpfProgram with this spec, as kubectl apply --server-side does. */
  public BpfProgram apply(String name, String spec) {
    return programs().apply(name, spec);
  }

  public BpfProgram program(String name) {
    return programs().get(name);
  }

  public BpfNode node() {
    return client.resources(BpfNode.class).withName(NODE).get();
  }

  /** Waits until the status speaks of the current generation and {@code is} holds of it. */
  public BpfProgramStatus await(String name, Duration atMost, Predicate<BpfProgramStatus> is) {
    return programs().await(name, atMost, is);
  }

  public BpfProgramStatus awaitReady(String name) {
    return programs().awaitReady(name);
  }

  /** Deletes every BpfProgram and waits until they and their pins are gone. */
  public void deletePrograms() {
    programs().deleteAll();
  }

  /** A pull secret as kubectl create secret docker-registry makes it. */
  public void dockerSecret(String name, String registry, String user, String password) {
    String auth = Base64.getEncoder().encodeToString((user + ":" + password).getBytes());
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withType("kubernetes.io/dockerconfigjson")
                .withStringData(
                    Map.of(
                        ".dockerconfigjson",
                        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry, auth)))
                .build())
        .serverSideApply();
  }

  public static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Ends what it started, newest first, and takes its pins out of the kernel. */
  @Override
  public void close() {
    for (RunningProcess process : new RunningProcess[] {daemon, operator}) {
      if (process != null) {
        process.close();
      }
    }
    client.close();
    registry.close();
    if (Files.isDirectory(pins)) {
      TestImages.deleteAll(pins);
    }
  }
}
