package dev.skep.operator.program;

import dev.skep.api.v1alpha1.BpfProgram;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes Kubernetes Events, beside what makes them. */
@ApplicationScoped
public class Announcer {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

  /** The API server's own bound. */
  private static final int LONGEST = 1024;

  private final KubernetesClient client;

  Announcer(KubernetesClient client) {
    this.client = client;
  }

  void announce(BpfProgram program, List<Announcement> news) {
    if (!news.isEmpty()) {
      // Made here: they have the time, and so the order, of what they tell.
      List<Event> events = news.stream().map(n -> event(program, n)).toList();
      Thread.ofVirtual().name("events").start(() -> events.forEach(this::write));
    }
  }

  private void write(Event event) {
    try {
      client.v1().events().resource(event).create();
    } catch (KubernetesClientException e) {
      LOG.warn("event {} not written: {}", event.getReason(), e.getMessage());
    }
  }

  private static Event event(BpfProgram program, Announcement news) {
    Instant clock = Instant.now();
    String now = clock.truncatedTo(ChronoUnit.SECONDS).toString();
    // kubectl sorts by whole seconds and, within one, leaves events in the order of their names.
    String order = "%016x".formatted(ChronoUnit.NANOS.between(Instant.EPOCH, clock));
    String message = news.message();
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(program.getMetadata().getNamespace())
        .withName(program.getMetadata().getName() + "." + order)
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion(program.getApiVersion())
        .withKind(program.getKind())
        .withNamespace(program.getMetadata().getNamespace())
        .withName(program.getMetadata().getName())
        .withUid(program.getMetadata().getUid())
        .endInvolvedObject()
        .withType(news.warning() ? "Warning" : "Normal")
        .withReason(news.reason())
        .withMessage(
            message.length() <= LONGEST ? message : message.substring(0, LONGEST - 1) + "…")
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withCount(1)
        .withNewSource()
        .withComponent("skep-operator")
        .endSource()
        .build();
  }
}
