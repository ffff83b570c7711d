package dev.skep.operator.leader;

import dev.skep.operator.config.OperatorSettings;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectorBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this operator leads. The SDK takes the Lease and renews it; here is what happens when
 * that fails: as long as nobody else leads this operator goes on, for then the API server is away
 * from all of them, and ending would only lose the objects it serves.
 */
@Singleton
public class Leadership {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  private final KubernetesClient client;
  private final OperatorSettings.LeaderElection settings;
  private final OwnLease lease;
  private volatile boolean leads;
  private volatile boolean ending;
  private volatile String leader;

  Leadership(KubernetesClient client, OperatorSettings settings, MeterRegistry registry) {
    this.client = client;
    this.settings = settings.leaderElection();
    this.lease = new OwnLease(client, settings.namespace(), identity(this.settings.identity()));
    registry.gauge("skep.operator.leads", this, l -> l.leads() ? 1 : 0);
  }

  private static String identity(Optional<String> given) {
    return given
        .filter(name -> !name.isBlank())
        .orElseGet(
            () ->
                Objects.requireNonNullElse(System.getenv("HOSTNAME"), "operator")
                    + "-"
                    + ProcessHandle.current().pid());
  }

  /** For the SDK; null means that there is no election. */
  @Produces
  @Dependent
  @Unremovable
  LeaderElectionConfiguration election() {
    return settings.enabled()
        ? LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(OwnLease.NAME)
            .withLeaseNamespace(lease.namespace())
            .withLeaseDuration(settings.lease())
            .withRenewDeadline(deadline())
            .withRetryPeriod(retry())
            .withIdentity(lease.holder())
            .withLeaderCallbacks(new LeaderCallbacks(this::began, this::lost, this::heard))
            // Or the SDK would end the process; when that is due is said below.
            .buildForTest(false)
        : null;
  }

  /** Whether this operator acts. */
  public boolean leads() {
    return leads || !settings.enabled();
  }

  /** From now on losing the Lease is what is wanted. */
  public void ending() {
    ending = true;
  }

  /** Gives the Lease to whoever wants it, once nothing acts here any more. */
  public void release() {
    if (settings.enabled() && leads) {
      leads = false;
      lease.release();
    }
  }

  private void began() {
    leads = true;
    LOG.info("leading as {}", lease.holder());
  }

  private void heard(String now) {
    leader = now;
    if (isAnother(now)) {
      LOG.info("{} leads; this one stands by and serves objects", now);
    }
  }

  private void lost() {
    if (ending) {
      return;
    }
    if (lease.holder().equals(leader)) {
      LOG.warn("the Lease could not be renewed; leading on until another one does");
      takeAgain();
    } else {
      end();
    }
  }

  private void takeAgain() {
    new LeaderElectorBuilder(client, Executors.newVirtualThreadPerTaskExecutor())
        .withConfig(
            new LeaderElectionConfigBuilder()
                .withName(OwnLease.NAME)
                .withLock(new LeaseLock(lease.namespace(), OwnLease.NAME, lease.holder()))
                .withLeaseDuration(settings.lease())
                .withRenewDeadline(deadline())
                .withRetryPeriod(retry())
                .withLeaderCallbacks(
                    new LeaderCallbacks(
                        () -> LOG.info("the Lease is renewed again"), this::lost, this::heardAgain))
                .build())
        .build()
        .start();
  }

  private void heardAgain(String now) {
    leader = now;
    if (isAnother(now)) {
      end();
    }
  }

  /** It is nobody while one has let go of the Lease and no other has it yet. */
  private boolean isAnother(String leader) {
    return leader != null && !leader.isEmpty() && !lease.holder().equals(leader);
  }

  /** What was decided here may be old news to the other; a new process begins with the caches. */
  private void end() {
    LOG.warn("{} leads now; ending, to start again as the one that stands by", leader);
    leads = false;
    Quarkus.asyncExit(1);
  }

  private Duration deadline() {
    return settings.lease().multipliedBy(2).dividedBy(3);
  }

  private Duration retry() {
    return settings.lease().multipliedBy(2).dividedBy(15);
  }
}
