package dev.skep.tests.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramStatus.Phase;
import dev.skep.tests.cluster.CrdSchema;
import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A program's life when nobody but a real Argo CD touches the cluster: git says what runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GitOpsIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String APP = "programs";

  /** What has defaults, none of them spelled out. */
  private static final String ALL_DEFAULTS =
      """
        programs:
        - {function: on_openat}
        - {function: on_xdp, optional: true, attach: {xdp: {interfaces: [skep-none]}}}
        - {function: on_tc, optional: true, attach: {tc: {interfaces: [skep-none], direction: Ingress}}}
        - {function: on_netkit, optional: true, attach: {netkit: {interfaces: [skep-none]}}}
        - {function: on_netfilter, optional: true, attach: {netfilter: {family: Ipv4, hook: LocalIn}}}
        - {function: once, optional: true, attach: {syscall: {}}}
        maps:
        - name: allowed
          entries: [{key: 1, value: 100}, {key: "0x2", value: 7}]
        metrics:
        - {name: opens_total, type: counter, map: hits}
        nodeSelector: {}
      """;

  private final Stack stack;
  private ArgoCd argo;
  private GitRepository git;
  private String good;
  private String better;
  private String bad;
  private String all;

  GitOpsIT(@Shared Stack stack) {
    this.stack = stack;
  }

  @BeforeAll
  void start() {
    good = push("v1", "tp");
    better = push("v2", "tp_v2");
    bad = push("bad", "rejected");
    all = push("all", "defaults");
    argo = ArgoCd.start(stack.cluster(), stack.folder("argocd"));
  }

  private String push(String tag, String object) {
    String repository = stack.registry().address() + "/gitops/tp";
    String digest =
        TestImages.push(repository + ":" + tag, Map.of("tp.bpf.o", TestImages.object(object)));
    return repository + "@" + digest;
  }

  @BeforeEach
  void repository(@TempDir Path folder) {
    git = GitRepository.create(folder);
    git.write("programs/opens.yaml", program("opens", good, 0)).push("Run it");
  }

  @AfterEach
  void removeAll() {
    argo.delete(APP);
    stack.deletePrograms();
  }

  @AfterAll
  void stop() {
    if (argo != null) {
      argo.close();
    }
  }

  /** As a user writes it: no default is spelled out. */
  private static String program(String name, String image, int wave) {
    return """
        apiVersion: skep.dev/v1alpha1
        kind: BpfProgram
        metadata:
          name: %s
          namespace: %s
          annotations: {argocd.argoproj.io/sync-wave: "%d"}
        spec:
          image: {reference: %s}
        """
        .formatted(name, Stack.NAMESPACE, wave, image);
  }

  private void application() {
    application("", "");
  }

  private void application(String annotation, String syncOption) {
    argo.apply(
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata:
          name: %s
          namespace: argocd
          finalizers: [resources-finalizer.argocd.argoproj.io]
          annotations: {%s}
        spec:
          project: default
          source: {repoURL: "%s", targetRevision: main, path: programs}
          destination: {server: "https://kubernetes.default.svc", namespace: %s}
          syncPolicy:
            automated: {prune: true, selfHeal: true}
            syncOptions: [%s]
            retry:
              limit: -1
              refresh: true
              backoff: {duration: 1s, factor: 1, maxDuration: 1s}
        """
            .formatted(APP, annotation, git.url(), Stack.NAMESPACE, syncOption));
  }

  private void pushed(String message) {
    git.push(message);
    argo.refresh(APP);
  }

  @Test
  @DisplayName("a push of a new image rolls out; the Application is Healthy when it is attached")
  void aPushRollsOut() {
    application();
    argo.awaitHealthy(APP, git.head());
    List<Path> links = stack.pins("opens", "links");
    assertThat(links).hasSize(1);

    git.write("programs/opens.yaml", program("opens", better, 0));
    long pushedAt = System.nanoTime();
    pushed("A better one");
    ApplicationView healthy = argo.awaitHealthy(APP, git.head());
    System.out.printf(
        "git push -> Healthy with the new image: %d ms%n",
        (System.nanoTime() - pushedAt) / 1_000_000);

    assertThat(stack.program("opens").getStatus().digest()).isEqualTo(better.split("@")[1]);
    assertThat(healthy.resourceHealth("BpfProgram", "opens")).isEqualTo("Healthy");
    assertThat(stack.pins("opens", "links")).hasSize(1);
  }

  @Test
  @DisplayName(
      "what the verifier rejects: Degraded with the cause, the old one runs, later waves wait")
  void aRejectedProgramHoldsTheNextWave() {
    application();
    argo.awaitHealthy(APP, git.head());
    List<Path> links = stack.pins("opens", "links");

    git.write("programs/opens.yaml", program("opens", bad, 0))
        .write("programs/later.yaml", program("later", good, 1));
    pushed("One the verifier rejects");
    ApplicationView degraded =
        argo.await(
            APP, SOON, a -> a.revision().equals(git.head()) && a.health().equals("Degraded"));

    assertThat(
            degraded.resource("BpfProgram", "opens").orElseThrow().at("/health/message").asText())
        .contains("VerifierRejected", "map_value_or_null");
    assertThat(stack.pins("opens", "links")).isEqualTo(links).isNotEmpty();
    // The sync was given up, and is begun again with what git says then.
    argo.await(APP, SOON, a -> a.object().at("/status/operationState/retryCount").asInt() > 0);
    assertThat(stack.program("later")).isNull();

    git.revert();
    argo.refresh(APP);
    argo.awaitHealthy(APP, git.head());
    assertThat(stack.program("opens").getStatus().phase()).isEqualTo(Phase.Ready);
    assertThat(stack.pins("opens", "links")).isEqualTo(links);
  }

  @Test
  @DisplayName("a later wave comes when the one before is attached, not when it is applied")
  void wavesWait() {
    git.write("programs/later.yaml", program("later", good, 1)).push("Two waves");
    application();
    argo.awaitHealthy(APP, git.head());

    assertThat(stack.program("later").getMetadata().getCreationTimestamp())
        .isGreaterThanOrEqualTo(
            stack.program("opens").getStatus().conditions().stream()
                .filter(c -> c.getType().equals("Ready"))
                .findFirst()
                .orElseThrow()
                .getLastTransitionTime());
  }

  @Test
  @DisplayName("a hand's edit is undone")
  void selfHeal() {
    application();
    argo.awaitHealthy(APP, git.head());

    stack
        .client()
        .resources(BpfProgram.class)
        .inNamespace(Stack.NAMESPACE)
        .withName("opens")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\": {\"image\": {\"reference\": \"%s\"}}}".formatted(better));
    long generation = stack.program("opens").getMetadata().getGeneration();
    stack.await(
        "opens",
        SOON,
        s ->
            s.observedGeneration() > generation
                && s.phase() == Phase.Ready
                && s.digest().equals(good.split("@")[1]));
    argo.awaitHealthy(APP, git.head());
    assertThat(stack.pins("opens", "links")).hasSize(1);
  }

  @Test
  @DisplayName("a program that git no longer has leaves the cluster and the kernel")
  void prune() {
    git.write("programs/other.yaml", program("other", good, 0)).push("Another one");
    application();
    argo.awaitHealthy(APP, git.head());
    assertThat(stack.pins("other", "links")).hasSize(1);

    git.remove("programs/other.yaml");
    pushed("Without it");
    argo.await(
        APP,
        SOON,
        a -> a.revision().equals(git.head()) && a.resource("BpfProgram", "other").isEmpty());

    assertThat(stack.program("other")).isNull();
    assertThat(Files.exists(stack.pins("other"))).isFalse();
    assertThat(stack.pins("opens", "links")).hasSize(1);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "'', ''",
    "'', ServerSideApply=true",
    "'argocd.argoproj.io/compare-options: ServerSideDiff=true', ServerSideApply=true"
  })
  @DisplayName("defaults, status, finalizer and others' annotations are no drift")
  void nothingDrifts(String annotation, String syncOption) {
    git.write("programs/opens.yaml", program("opens", all, 0) + ALL_DEFAULTS).push("Much of it");
    application(annotation, syncOption);
    argo.awaitHealthy(APP, git.head());
    assertEveryDefaultIsFilledIn();
    // The sync itself ends a moment after its resources are healthy.
    String synced = argo.await(APP, SOON, a -> !a.syncedAt().isEmpty()).syncedAt();

    List<String> states = new ArrayList<>();
    for (int round = 0; round < 6; round++) {
      stack
          .client()
          .resources(BpfProgram.class)
          .inNamespace(Stack.NAMESPACE)
          .withName("opens")
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"metadata\": {\"annotations\": {\"example.com/round\": \"%d\"}}}"
                  .formatted(round));
      argo.refresh(APP);
      ApplicationView looked = argo.await(APP, SOON, a -> !a.isRefreshing());
      states.add(looked.object().at("/status/sync/status").asText());
    }
    assertThat(states).hasSize(6).containsOnly("Synced");
    assertThat(argo.application(APP).syncedAt()).as("it did not sync again").isEqualTo(synced);
  }

  /** By the API server: git says none of them, and Argo CD must take none for a difference. */
  private void assertEveryDefaultIsFilledIn() {
    JsonNode program =
        Serialization.unmarshal(
            Serialization.asJson(
                stack
                    .client()
                    .genericKubernetesResources("skep.dev/v1alpha1", "BpfProgram")
                    .inNamespace(Stack.NAMESPACE)
                    .withName("opens")
                    .get()),
            JsonNode.class);
    List<String> defaults =
        CrdSchema.of("BpfProgram").fields().entrySet().stream()
            .filter(field -> field.getValue().has("default"))
            .map(Map.Entry::getKey)
            .filter(at -> at.startsWith("spec.") && !at.contains("attachments[]"))
            .toList();
    assertThat(defaults)
        .hasSizeGreaterThan(10)
        .allSatisfy(at -> assertThat(CrdSchema.values(program, at)).as(at).isNotEmpty());
  }
}
