package dev.skep.node.report;

import dev.skep.node.log.Log;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Says that this daemon lives: a Lease of the node's name, renewed every 20 s. */
public final class Heartbeat implements Runnable {
  public static final String NAMESPACE = "skep-system";
  private static final int PERIOD_SECONDS = 20;
  private static final int LOST_AFTER_SECONDS = 60;
  private static final Log LOG = Log.of(Heartbeat.class);
  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager("skep-daemon")
          .withForce(true)
          .build();

  private final KubernetesClient client;
  private final String node;
  private boolean heard = true;

  public Heartbeat(KubernetesClient client, String node) {
    this.client = client;
    this.node = node;
  }

  public void start(ScheduledExecutorService clock) {
    clock.scheduleWithFixedDelay(
        () -> Thread.ofVirtual().name("heartbeat").start(this),
        0,
        PERIOD_SECONDS,
        TimeUnit.SECONDS);
  }

  @Override
  public void run() {
    Lease lease =
        new LeaseBuilder()
            .withNewMetadata()
            .withName(node)
            .withNamespace(NAMESPACE)
            .endMetadata()
            .withNewSpec()
            .withHolderIdentity(node)
            .withLeaseDurationSeconds(LOST_AFTER_SECONDS)
            .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
            .endSpec()
            .build();
    try {
      client.resource(lease).patch(APPLY, lease);
      heard = true;
    } catch (KubernetesClientException e) {
      if (heard) {
        LOG.warn("heartbeat not written", "cause", e.getMessage());
      }
      heard = false;
    }
  }
}
