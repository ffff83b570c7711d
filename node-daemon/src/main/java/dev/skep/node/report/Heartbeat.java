package dev.skep.node.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skep.node.cluster.ApiException;
import dev.skep.node.cluster.ApiServer;
import dev.skep.node.log.Log;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Says that this daemon lives: a Lease of the node's name, renewed every 20 s, that goes when the
 * node's BpfNode does.
 */
public final class Heartbeat implements Runnable {
  private static final int PERIOD_SECONDS = 20;
  private static final int LOST_AFTER_SECONDS = 60;
  private static final Log LOG = Log.of(Heartbeat.class);

  private final ApiServer server;
  private final String namespace;
  private final String node;
  private final Supplier<Optional<String>> bpfNode;
  private final Runnable onSilence;
  private boolean heard = true;

  /**
   * A heartbeat.
   *
   * @param namespace of the installation
   * @param bpfNode the UID of the node's BpfNode, once it is known
   * @param onSilence told whenever the API server gave no answer
   */
  public Heartbeat(
      ApiServer server,
      String namespace,
      String node,
      Supplier<Optional<String>> bpfNode,
      Runnable onSilence) {
    this.server = server;
    this.namespace = namespace;
    this.node = node;
    this.bpfNode = bpfNode;
    this.onSilence = onSilence;
  }

  /** On threads of its own: lanes that are all busy with slow loads are no sign of death. */
  public void start(ScheduledExecutorService clock) {
    clock.scheduleWithFixedDelay(
        () -> Thread.ofVirtual().name("heartbeat").start(this),
        0,
        PERIOD_SECONDS,
        TimeUnit.SECONDS);
  }

  @Override
  public synchronized void run() {
    try {
      server.patch(
          "/apis/coordination.k8s.io/v1/namespaces/%s/leases/%s?fieldManager=skep-daemon&force=true"
              .formatted(namespace, node),
          ApiServer.APPLY_PATCH,
          lease());
      heard = true;
    } catch (ApiException e) {
      if (heard) {
        LOG.warn("heartbeat refused", "cause", e.getMessage());
      }
      heard = false;
    } catch (IOException e) {
      if (heard) {
        LOG.warn("heartbeat not written", "cause", e);
      }
      heard = false;
      onSilence.run();
    }
  }

  private ObjectNode lease() {
    ObjectNode lease = JsonNodeFactory.instance.objectNode();
    lease.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    ObjectNode metadata = lease.putObject("metadata").put("name", node).put("namespace", namespace);
    bpfNode
        .get()
        .ifPresent(
            uid ->
                metadata
                    .putArray("ownerReferences")
                    .addObject()
                    .put("apiVersion", "skep.dev/v1alpha1")
                    .put("kind", "BpfNode")
                    .put("name", node)
                    .put("uid", uid));
    lease
        .putObject("spec")
        .put("holderIdentity", node)
        .put("leaseDurationSeconds", LOST_AFTER_SECONDS)
        // A MicroTime: the server takes no other number of digits.
        .put(
            "renewTime",
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ".000000Z"));
    return lease;
  }
}
