package dev.skep.operator.start;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.quarkiverse.operatorsdk.runtime.QuarkusConfigurationService;
import io.quarkiverse.operatorsdk.runtime.QuarkusControllerConfiguration;
import java.time.Duration;

/**
 * A controller's configuration with the wish to see every event, deletions included, which Quarkus'
 * extension drops (7.7.3). Without it the SDK sets the finalizer in a round trip of its own, before
 * anything else happens.
 */
final class EveryEvent<P extends HasMetadata> extends QuarkusControllerConfiguration<P> {
  EveryEvent(QuarkusControllerConfiguration<P> known, QuarkusConfigurationService parent) {
    super(
        known.getInformerConfig(),
        known.getName(),
        known.isGenerationAware(),
        known.getAssociatedReconcilerClassName(),
        known.getRetry(),
        known.getRateLimiter(),
        known
            .maxReconciliationInterval()
            .orElse(Duration.ofHours(MaxReconciliationInterval.DEFAULT_INTERVAL)),
        known.getFinalizerName(),
        known.fieldManager(),
        known.getWorkflow(),
        known.getResourceTypeName(),
        known.getResourceClass());
    setParent(parent);
  }

  @Override
  public boolean triggerReconcilerOnAllEvents() {
    return true;
  }
}
