package dev.skep.operator.start;

import dev.skep.operator.leader.Leadership;
import dev.skep.operator.node.Hearing;
import dev.skep.operator.node.Placements;
import dev.skep.operator.program.ProgramSources;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.Operator;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the reconcilers once the API server knows our kinds. An informer that starts before that
 * would stop the operator for good, and users install in any order.
 */
@ApplicationScoped
public class OperatorStart {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorStart.class);
  private static final List<String> KINDS =
      List.of("bpfprograms.skep.dev", "bpfrevisions.skep.dev", "bpfnodes.skep.dev");

  private final KubernetesClient client;
  private final Operator operator;
  private final Placements placements;
  private final ProgramSources sources;
  private final Hearing hearing;
  private final Leadership leadership;
  private volatile boolean started;
  private volatile Thread waiting;

  OperatorStart(
      KubernetesClient client,
      Operator operator,
      Placements placements,
      ProgramSources sources,
      Hearing hearing,
      Leadership leadership) {
    this.hearing = hearing;
    this.leadership = leadership;
    this.client = client;
    this.operator = operator;
    this.placements = placements;
    this.sources = sources;
  }

  /** Whether the reconcilers run, or could at once if this operator led. */
  boolean isStarted() {
    return started;
  }

  void begin(@Observes StartupEvent event) {
    waiting = Thread.ofPlatform().name("start").daemon().start(this::startWhenKindsAreThere);
  }

  void end(@Observes ShutdownEvent event) {
    waiting.interrupt();
    leadership.ending();
    if (started) {
      operator.stop();
    }
    leadership.release();
  }

  private void startWhenKindsAreThere() {
    String said = "";
    try {
      for (String missing = missing(); !missing.isEmpty(); missing = missing()) {
        if (!missing.equals(said)) {
          LOG.warn("waiting: {}", missing);
          said = missing;
        }
        Thread.sleep(1000);
      }
      operator.start();
      started = true;
      placements.settle(sources);
      LOG.info("started");
      hearing.listen();
    } catch (InterruptedException e) {
      LOG.info("ended");
    } catch (RuntimeException e) {
      // Whoever keeps this process running starts it again; one that never gets ready helps nobody.
      LOG.error("cannot start", e);
      Quarkus.asyncExit(1);
    }
  }

  private String missing() {
    try {
      List<String> missing = KINDS.stream().filter(k -> !isEstablished(k)).toList();
      return missing.isEmpty()
          ? ""
          : "the API server does not know " + String.join(", ", missing) + "; apply the CRDs";
    } catch (KubernetesClientException e) {
      return "the API server does not answer: " + e.getMessage();
    }
  }

  private boolean isEstablished(String kind) {
    CustomResourceDefinition crd =
        client.apiextensions().v1().customResourceDefinitions().withName(kind).get();
    return crd != null
        && crd.getStatus() != null
        // Null for the moment between the names' acceptance and the first condition.
        && crd.getStatus().getConditions() != null
        && crd.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
  }
}
