package dev.skep.operator.node;

import dev.skep.operator.config.OperatorSettings;
import io.fabric8.kubernetes.client.Client;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Since when this operator can hear its nodes. While the API server does not answer, no heartbeat
 * comes through, and silence says nothing about a node.
 */
@ApplicationScoped
public class Hearing {
  private static final Logger LOG = LoggerFactory.getLogger(Hearing.class);
  private static final Duration PROBE = Duration.ofSeconds(5);

  /** At once and without retries, or the answer would speak of a minute ago. */
  private static final RequestConfig ONE_TRY =
      new RequestConfigBuilder().withRequestRetryBackoffLimit(0).withRequestTimeout(5000).build();

  private final Client client;
  private final InstantSource clock;
  private final Duration unknownAfter;
  private volatile Outage outage = Outage.NONE;

  Hearing(KubernetesClient client, InstantSource clock, OperatorSettings settings) {
    this.client = client.newClient(ONE_TRY);
    this.clock = clock;
    this.unknownAfter = settings.heartbeat().unknownAfter();
  }

  /** The heartbeat that counts: none is missed that could not be heard. */
  public Instant counted(Instant heartbeat) {
    return outage.counted(heartbeat, unknownAfter, clock.instant());
  }

  /** Asks the API server from time to time whether it is there; returns when interrupted. */
  public void listen() throws InterruptedException {
    Instant lastAnswer = clock.instant();
    while (true) {
      Thread.sleep(PROBE);
      boolean answers = answers();
      if (!answers && !outage.lasts()) {
        outage = outage.begins(lastAnswer, unknownAfter);
        LOG.warn("the API server does not answer; what runs goes on");
      } else if (answers && outage.lasts()) {
        outage = outage.ends(clock.instant());
        LOG.info("the API server answers again");
      }
      lastAnswer = answers ? clock.instant() : lastAnswer;
    }
  }

  private boolean answers() {
    try {
      return client.raw("/livez") != null;
    } catch (KubernetesClientException e) {
      return false;
    }
  }
}
