package dev.skep.tests.operator;

import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeStatus;
import dev.skep.api.v1alpha1.BpfNodeStatus.KernelFacts;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Says what a node's daemon would say, with no kernel behind it. */
final class FakeDaemon implements AutoCloseable {
  private final KubernetesClient client;
  private final String node;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final SharedIndexInformer<BpfNode> informer;
  private volatile Function<AssignedRevision, ProgramState> answer = FakeDaemon::attached;
  private volatile boolean silent;
  private BpfNodeStatus said;

  FakeDaemon(KubernetesClient client, String node) {
    this.client = client;
    this.node = node;
    heartbeat(ZonedDateTime.now(ZoneOffset.UTC));
    thread.scheduleWithFixedDelay(
        () -> {
          if (!silent) {
            tried(() -> heartbeat(ZonedDateTime.now(ZoneOffset.UTC)));
          }
        },
        5,
        5,
        TimeUnit.SECONDS);
    this.informer =
        client
            .resources(BpfNode.class)
            .withName(node)
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(BpfNode now) {
                    later(now);
                  }

                  @Override
                  public void onUpdate(BpfNode before, BpfNode now) {
                    later(now);
                  }

                  @Override
                  public void onDelete(BpfNode last, boolean unknown) {
                    thread.execute(() -> said = null);
                  }
                });
  }

  /** What it says from now on of each revision it is told to run. */
  void answer(Function<AssignedRevision, ProgramState> states) {
    answer = states;
    informer.getStore().list().forEach(this::later);
  }

  /** Says nothing more, and its heartbeat is as old as this. */
  void fallSilent(long secondsAgo) {
    silent = true;
    heartbeat(ZonedDateTime.now(ZoneOffset.UTC).minusSeconds(secondsAgo));
  }

  /** Says again what there is to say. */
  void speak() {
    silent = false;
    heartbeat(ZonedDateTime.now(ZoneOffset.UTC));
    answer(answer);
  }

  static ProgramState attached(AssignedRevision assigned) {
    return state(assigned, State.Attached, null, null);
  }

  static ProgramState failed(AssignedRevision assigned, Reason reason, String message) {
    return state(assigned, State.Failed, reason, message);
  }

  static ProgramState state(AssignedRevision a, State state, Reason reason, String message) {
    return new ProgramState(
        a.namespace(), a.name(), a.revision(), state, reason, message, null, List.of(), List.of());
  }

  private void later(BpfNode now) {
    thread.execute(() -> tried(() -> report(now)));
  }

  /** A thread that throws would never speak again; an API server may be away. */
  private void tried(Runnable task) {
    try {
      task.run();
    } catch (KubernetesClientException e) {
      System.err.println("fake daemon " + node + ": " + e.getMessage());
    }
  }

  private void report(BpfNode now) {
    if (silent) {
      return;
    }
    List<ProgramState> states =
        now.getSpec() == null
            ? List.of()
            : now.getSpec().programs().stream().map(answer).filter(s -> s != null).toList();
    BpfNodeStatus status =
        new BpfNodeStatus(
            now.getMetadata().getGeneration(),
            "fake",
            states.size() + " programs",
            new KernelFacts("6.18.0-fake", "amd64", true, null, null, null, null, null, null),
            states);
    if (status.equals(said)) {
      return;
    }
    BpfNode patch = new BpfNode();
    patch.setMetadata(new ObjectMetaBuilder().withName(node).build());
    patch.setStatus(status);
    client
        .resource(patch)
        .subresource("status")
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("fake-daemon")
                .withForce(true)
                .build());
    said = status;
  }

  private void heartbeat(ZonedDateTime time) {
    client
        .resource(
            new LeaseBuilder()
                .withNewMetadata()
                .withName(node)
                .withNamespace("skep-system")
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(node)
                .withLeaseDurationSeconds(60)
                .withRenewTime(time)
                .endSpec()
                .build())
        .forceConflicts()
        .serverSideApply();
  }

  @Override
  public void close() {
    informer.close();
    thread.shutdownNow();
  }
}
