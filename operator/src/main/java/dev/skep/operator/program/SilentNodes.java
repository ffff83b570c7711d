package dev.skep.operator.program;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.operator.config.OperatorSettings;
import dev.skep.operator.node.NodeView;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes onto BpfNodes since when their daemons are silent, for kubectl to show. */
@ApplicationScoped
public class SilentNodes {
  private static final Logger LOG = LoggerFactory.getLogger(SilentNodes.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final KubernetesClient client;
  private final ProgramSources sources;
  private final Duration unknownAfter;
  private final InstantSource clock;

  SilentNodes(
      KubernetesClient client,
      ProgramSources sources,
      OperatorSettings settings,
      InstantSource clock) {
    this.client = client;
    this.sources = sources;
    this.unknownAfter = settings.heartbeat().unknownAfter();
    this.clock = clock;
  }

  /** Looks from time to time, while this operator leads; returns when interrupted. */
  public void watch(BooleanSupplier leads) throws InterruptedException {
    while (true) {
      Thread.sleep(LOOK);
      if (leads.getAsBoolean()) {
        try {
          sources.nodes().forEach(this::mark);
        } catch (RuntimeException e) {
          LOG.warn("silent nodes are not marked; the next look tries again", e);
        }
      }
    }
  }

  private void mark(NodeView node) {
    Optional<ObjectNode> patch = patch(node, unknownAfter, clock.instant());
    if (patch.isEmpty()) {
      return;
    }
    try {
      client
          .resource(node.bpfNode())
          .patch(PatchContext.of(PatchType.JSON_MERGE), patch.get().toString());
      LOG.info("BpfNode {}: {}", node.name(), patch.get());
    } catch (KubernetesClientException e) {
      LOG.debug("BpfNode {} is not marked; the next look tries again", node.name(), e);
    }
  }

  /** What the node's BpfNode lacks to say it; empty when it does. */
  static Optional<ObjectNode> patch(NodeView node, Duration unknownAfter, Instant now) {
    if (node.bpfNode() == null) {
      return Optional.empty();
    }
    Map<String, String> annotations = node.bpfNode().getMetadata().getAnnotations();
    String said = annotations == null ? null : annotations.get(BpfNode.SILENT_SINCE);
    String since =
        node.silentSince(unknownAfter, now)
            .map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString())
            .orElse(null);
    if (Objects.equals(said, since)) {
      return Optional.empty();
    }
    ObjectNode patch = JSON.createObjectNode();
    // Null takes it away.
    patch.withObject("/metadata/annotations").put(BpfNode.SILENT_SINCE, since);
    return Optional.of(patch);
  }
}
