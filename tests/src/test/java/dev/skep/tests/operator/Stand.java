package dev.skep.tests.operator;

import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramStatus;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.tests.cluster.ControlPlane;
import dev.skep.tests.stack.Ports;
import dev.skep.tests.stack.RunningProcess;
import dev.skep.tests.stack.TestRegistry;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/**
 * The built operator against a real API server and a real registry, with daemons that only talk.
 * Its waiting times are short, so that what takes minutes in a cluster takes seconds here.
 */
final class Stand implements AutoCloseable {
  static final String NAMESPACE = "default";
  static final String NODE = "n1";
  static final Duration UNKNOWN_AFTER = Duration.ofSeconds(12);
  static final Duration SOON = Duration.ofSeconds(60);

  final KubernetesClient client;
  final TestRegistry registry;
  final FakeDaemon daemon;
  private final ControlPlane cluster = ControlPlane.start();
  private final Path folder = newFolder();
  private final int port = Ports.free();
  private RunningProcess operator;

  private Stand() {
    client = cluster.client();
    registry = TestRegistry.start(folder.resolve("registry"), false);
    operator = start("operator", port);
    // In any order: the operator waits for its kinds.
    operator.awaitReady(SOON, () -> operator.output().contains("apply the CRDs"));
    cluster.apply("crds/src/main/crds");
    cluster.install();
    cluster.addNode(NODE);
    operator.awaitReady(SOON, () -> get("/q/health/ready") != null);
    daemon = new FakeDaemon(client, NODE);
  }

  static Stand start() {
    return new Stand();
  }

  /** A new one for each run: what an old registry holds would not be news. */
  private static Path newFolder() {
    try {
      Path parent = Files.createDirectories(Path.of("target/operator-stand").toAbsolutePath());
      return Files.createTempDirectory(parent, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void startOperator() {
    operator = start("operator", port);
    operator.awaitReady(SOON, () -> get("/q/health/ready") != null);
  }

  /** One more operator, the caller's to close. */
  RunningProcess startSecondOperator() {
    int other = Ports.free();
    return start("second-operator", other)
        .awaitReady(SOON, () -> Ports.get("http://127.0.0.1:" + other + "/q/health/ready") != null);
  }

  private RunningProcess start(String name, int onPort) {
    return RunningProcess.start(
        name,
        folder.resolve(name + ".log"),
        Map.of(
            "KUBECONFIG",
            cluster.kubeconfigFile().toString(),
            "QUARKUS_HTTP_HOST",
            "127.0.0.1",
            "QUARKUS_HTTP_PORT",
            Integer.toString(onPort),
            "SKEP_MIRROR_TLS",
            "false",
            // Two at a time both lead, which is to do no harm.
            "SKEP_LEADER_ELECTION_ENABLED",
            "false",
            "SKEP_PULL_BACKOFF",
            "1s",
            "SKEP_PULL_RECHECK",
            "2s",
            "SKEP_HEARTBEAT_UNKNOWN_AFTER",
            UNKNOWN_AFTER.toSeconds() + "s",
            "SKEP_DEPARTURE_LIMIT",
            "3s"),
        List.of(ControlPlane.projectRoot().resolve("scripts/operator").toString()));
  }

  void killOperator() {
    operator.kill();
  }

  String operatorLog() {
    return operator.output();
  }

  /** Ends the API server as a crash would, does this, and starts it again. */
  void withoutApiServer(Runnable meanwhile) {
    cluster.killApiServer();
    try {
      meanwhile.run();
    } finally {
      cluster.restartApiServer();
    }
  }

  /** The body of a GET on the operator's port, or null. */
  String get(String path) {
    return Ports.get(url(path));
  }

  String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  /** What kubectl prints. */
  String kubectl(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                cluster.kubectl().toString(), "--kubeconfig", cluster.kubeconfigFile().toString()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void addNode(String name) {
    cluster.addNode(name);
  }

  BpfProgram apply(String name, String spec) {
    String yaml =
        "apiVersion: skep.dev/v1alpha1\nkind: BpfProgram\nmetadata: {name: %s, namespace: %s}\nspec:\n%s"
            .formatted(name, NAMESPACE, spec.indent(2));
    return client
        .resources(BpfProgram.class)
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .forceConflicts()
        .serverSideApply();
  }

  BpfProgram program(String name) {
    return client.resources(BpfProgram.class).inNamespace(NAMESPACE).withName(name).get();
  }

  BpfRevision revision(String name) {
    return client.resources(BpfRevision.class).inNamespace(NAMESPACE).withName(name).get();
  }

  /** Of the program that is there: one before it under its name leaves them to the collector. */
  List<String> revisionsOf(String program) {
    String owner = program(program).getMetadata().getUid();
    return client.resources(BpfRevision.class).inNamespace(NAMESPACE).list().getItems().stream()
        .filter(
            r ->
                r.getMetadata().getOwnerReferences().stream()
                    .anyMatch(o -> o.getUid().equals(owner)))
        .map(r -> r.getMetadata().getName())
        .toList();
  }

  BpfNode node(String name) {
    return client.resources(BpfNode.class).withName(name).get();
  }

  /** When a node came, as its BpfNode has it. */
  Instant created(String node) {
    return Instant.parse(node(node).getMetadata().getCreationTimestamp());
  }

  /** The revision of a program that a node is told to run, or null. */
  String assigned(String node, String program) {
    BpfNode found = node(node);
    return found == null || found.getSpec() == null
        ? null
        : found.getSpec().programs().stream()
            .filter(a -> a.name().equals(program))
            .map(AssignedRevision::revision)
            .findFirst()
            .orElse(null);
  }

  /** The status once it speaks of the current generation and this holds of it. */
  BpfProgramStatus await(String name, Predicate<BpfProgramStatus> holds) {
    return Awaitility.await(name)
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> program(name), p -> isCurrent(p) && holds.test(p.getStatus()))
        .getStatus();
  }

  private static boolean isCurrent(BpfProgram program) {
    return program != null
        && program.getStatus() != null
        && program.getMetadata().getGeneration().equals(program.getStatus().observedGeneration());
  }

  BpfProgramStatus awaitPhase(String name, BpfProgramStatus.Phase phase) {
    return await(name, s -> s.phase() == phase);
  }

  void awaitGone(String name) {
    Awaitility.await(name + " gone")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> program(name) == null);
  }

  void delete(String name) {
    client.resources(BpfProgram.class).inNamespace(NAMESPACE).withName(name).delete();
  }

  /** Deletes every program, with a daemon that answers as it should. */
  void clear() {
    daemon.speak();
    daemon.answer(FakeDaemon::attached);
    var programs = client.resources(BpfProgram.class).inNamespace(NAMESPACE);
    programs.delete();
    Awaitility.await("all gone").atMost(SOON).until(() -> programs.list().getItems().isEmpty());
  }

  /** Reasons of the Events of a program and of no other of its name, in the order they came. */
  List<String> events(BpfProgram program) {
    String uid = program.getMetadata().getUid();
    return client.v1().events().inNamespace(NAMESPACE).list().getItems().stream()
        .filter(e -> uid.equals(e.getInvolvedObject().getUid()))
        .sorted(
            (a, b) ->
                Long.compare(
                    Long.parseLong(a.getMetadata().getResourceVersion()),
                    Long.parseLong(b.getMetadata().getResourceVersion())))
        .map(e -> e.getReason())
        .toList();
  }

  @Override
  public void close() {
    daemon.close();
    operator.close();
    registry.close();
    client.close();
    cluster.close();
  }
}
