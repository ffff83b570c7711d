package dev.skep.operator.node;

import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfNodeSpec;
import dev.skep.operator.log.ReconcileLog;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one BpfNode for each Node, and tells it what to run. */
// Without end: an API server that is away for an hour is no reason to give up.
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 10_000)
@ControllerConfiguration(
    name = "bpfnode",
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
public class BpfNodeReconciler implements Reconciler<Node> {
  private static final Logger LOG = LoggerFactory.getLogger(BpfNodeReconciler.class);

  private static final int HTTP_UNPROCESSABLE = 422;

  /** Conflict on creation; unprocessable: the condition of a JSON patch does not hold. */
  private static final Set<Integer> OVERTAKEN =
      Set.of(HttpURLConnection.HTTP_CONFLICT, HTTP_UNPROCESSABLE);

  private static final Duration CAUGHT_UP = Duration.ofMillis(200);

  private final Placements placements;
  private InformerEventSource<BpfNode, Node> bpfNodes;

  public BpfNodeReconciler(Placements placements) {
    this.placements = placements;
  }

  @Override
  public List<EventSource<?, Node>> prepareEventSources(EventSourceContext<Node> context) {
    var changes = new SimpleInboundEventSource<Node>("placements");
    placements.onChange(
        node -> {
          if (node != null) {
            changes.propagateEvent(new ResourceID(node));
          } else {
            context
                .getPrimaryCache()
                .list()
                .map(ResourceID::fromResource)
                .forEach(changes::propagateEvent);
          }
        });
    bpfNodes =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(BpfNode.class, Node.class)
                .withSecondaryToPrimaryMapper(
                    node -> Set.of(new ResourceID(node.getMetadata().getName())))
                // Only what somebody else did to spec: status is the daemon's business.
                .withOnUpdateFilter(
                    (now, before) ->
                        !now.getMetadata()
                            .getGeneration()
                            .equals(before.getMetadata().getGeneration()))
                .build(),
            context);
    return List.of(bpfNodes, changes);
  }

  @Override
  public UpdateControl<Node> reconcile(Node node, Context<Node> context) {
    if (node.isMarkedForDeletion()) {
      return UpdateControl.noUpdate();
    }
    try (var _ = ReconcileLog.of(node)) {
      tell(node, context);
      return UpdateControl.noUpdate();
    } catch (KubernetesClientException e) {
      if (!OVERTAKEN.contains(e.getCode())) {
        throw e;
      }
      // Another operator wrote first; by then the watch has brought what it wrote.
      return UpdateControl.<Node>noUpdate().rescheduleAfter(CAUGHT_UP);
    }
  }

  private void tell(Node node, Context<Node> context) {
    String name = node.getMetadata().getName();
    Optional<BpfNode> current = bpfNodes.get(new ResourceID(name));
    if (current.isEmpty()) {
      placements
          .programs()
          .map(known -> Assignments.ofNew(labels(node), known.all()))
          .ifPresent(first -> create(node, wanted(node, first), context));
      return;
    }
    BpfNodeSpec told = current.get().getSpec();
    BpfNodeSpec wanted = wanted(node, told);
    if (!wanted.equals(told == null ? new BpfNodeSpec(null) : told)) {
      context
          .resourceOperations()
          .resourcePatch(
              current.get(),
              bpfNode -> SpecPatch.apply(context.getClient(), bpfNode, wanted),
              bpfNodes);
      LOG.info("programs told to run: {}", wanted.programs().size());
    }
  }

  private BpfNodeSpec wanted(Node node, BpfNodeSpec told) {
    Map<ProgramKey, Placement> all = placements.all();
    String name = node.getMetadata().getName();
    return NodeAnswers.with(
        node, Assignments.of(name, told, all, placements::keepsItsPlace), told, all);
  }

  private static Map<String, String> labels(Node node) {
    Map<String, String> labels = node.getMetadata().getLabels();
    return labels == null ? Map.of() : labels;
  }

  private void create(Node node, BpfNodeSpec spec, Context<Node> context) {
    BpfNode bpfNode = new BpfNode();
    bpfNode.setMetadata(
        new ObjectMetaBuilder()
            .withName(node.getMetadata().getName())
            .withOwnerReferences(
                new OwnerReferenceBuilder()
                    .withApiVersion("v1")
                    .withKind("Node")
                    .withName(node.getMetadata().getName())
                    .withUid(node.getMetadata().getUid())
                    .build())
            .build());
    bpfNode.setSpec(spec);
    context.resourceOperations().create(bpfNode, bpfNodes);
  }
}
