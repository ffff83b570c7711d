package dev.skep.node.source;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.log.Log;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The desired state of one BpfNode, by watching just that object. While the API server is away,
 * what it said last stands, over a restart too.
 */
public final class ClusterSource implements DesiredSource {
  private static final Log LOG = Log.of(ClusterSource.class);

  /** How long a starting daemon waits for the API server before it goes by what is on disk. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final KubernetesClient client;
  private final String node;
  private final ObjectStore objects;
  private final NodeCache cache;
  private final ScheduledExecutorService clock;
  private final Map<AssignedRevision, BpfRevision> revisions = new ConcurrentHashMap<>();
  private Consumer<Assignments> listener;
  private SharedIndexInformer<BpfNode> informer;
  private Optional<Assignments> current = Optional.empty();
  private volatile boolean away;

  public ClusterSource(
      KubernetesClient client,
      String node,
      Path stateDir,
      ObjectStore objects,
      ScheduledExecutorService clock) {
    this.client = client;
    this.node = node;
    this.objects = objects;
    this.cache = new NodeCache(stateDir, new ObjectMapper());
    this.clock = clock;
  }

  @Override
  public void start(Consumer<Assignments> listener) {
    this.listener = listener;
    informer = client.resources(BpfNode.class).withField("metadata.name", node).runnableInformer(0);
    informer.addEventHandler(new Watcher());
    informer.exceptionHandler(
        (started, failure) -> {
          if (!away) {
            LOG.warn("API server away; what runs goes on", "cause", failure.getMessage());
          }
          away = true;
          if (!started) {
            goByCache();
          }
          return true;
        });
    informer.start();
    clock.schedule(this::goByCache, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Only until the API server spoke: it may have changed its mind while this daemon was down. */
  private synchronized void goByCache() {
    if (current.isEmpty()) {
      cache
          .assignments()
          .ifPresent(
              known -> {
                LOG.info(
                    "going by what the API server said last", "generation", known.generation());
                current = Optional.of(known);
                listener.accept(known);
              });
    }
  }

  private synchronized void heard(BpfNode seen) {
    if (away) {
      LOG.info("API server heard again");
    }
    away = false;
    long generation =
        seen.getMetadata().getGeneration() == null ? 0 : seen.getMetadata().getGeneration();
    List<AssignedRevision> programs =
        seen.getSpec() == null ? List.of() : seen.getSpec().programs();
    Assignments heard = new Assignments(generation, programs);
    if (current.isPresent() && current.get().equals(heard)) {
      return;
    }
    current = Optional.of(heard);
    revisions.keySet().retainAll(programs);
    listener.accept(heard);
    cache.keep(heard);
  }

  @Override
  public BpfRevision revision(AssignedRevision assigned) {
    BpfRevision known = revisions.get(assigned);
    if (known != null) {
      return known;
    }
    BpfRevision revision = cache.revision(assigned).orElse(null);
    if (revision == null) {
      revision = get(assigned);
      cache.keep(assigned, revision);
    }
    revisions.put(assigned, revision);
    return revision;
  }

  private BpfRevision get(AssignedRevision assigned) {
    String what = "BpfRevision " + assigned.namespace() + "/" + assigned.revision();
    try {
      BpfRevision revision =
          client
              .resources(BpfRevision.class)
              .inNamespace(assigned.namespace())
              .withName(assigned.revision())
              .get();
      if (revision == null) {
        throw new Refusal(Reason.FetchFailed, what + " does not exist");
      }
      return revision;
    } catch (KubernetesClientException e) {
      throw new Refusal(Reason.FetchFailed, "getting " + what + ": " + e.getMessage(), e);
    }
  }

  @Override
  public byte[] object(BpfRevision revision) {
    return objects.get(revision.getSpec().image().objectDigest());
  }

  @Override
  public boolean connected() {
    return informer != null && informer.isWatching();
  }

  @Override
  public void close() {
    if (informer != null) {
      informer.stop();
    }
  }

  private final class Watcher implements ResourceEventHandler<BpfNode> {
    @Override
    public void onAdd(BpfNode added) {
      heard(added);
    }

    @Override
    public void onUpdate(BpfNode before, BpfNode after) {
      heard(after);
    }

    @Override
    public void onDelete(BpfNode deleted, boolean finalStateUnknown) {
      // An object that is gone wants nothing, neither that something runs nor that it ends.
      LOG.warn("BpfNode deleted; what runs goes on", "node", node);
    }
  }
}
