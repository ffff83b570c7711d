package dev.skep.node.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.BpfNode;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeSpec.NodeFacts;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.cluster.ApiServer;
import dev.skep.node.cluster.ObjectWatch;
import dev.skep.node.log.Log;
import java.io.IOException;
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

  private static final String API = "/apis/skep.dev/v1alpha1";

  private final ApiServer server;
  private final String node;
  private final ObjectStore objects;
  private final NodeCache cache;
  private final ScheduledExecutorService clock;
  private final Map<AssignedRevision, BpfRevision> revisions = new ConcurrentHashMap<>();
  private Consumer<Assignments> listener;
  private final ObjectWatch watch;
  private final ObjectMapper json = new ObjectMapper();
  private Optional<Assignments> current = Optional.empty();
  private String uid;
  private volatile boolean away;

  public ClusterSource(
      ApiServer server,
      String node,
      Path stateDir,
      ObjectStore objects,
      ScheduledExecutorService clock) {
    this.server = server;
    this.node = node;
    this.objects = objects;
    this.cache = new NodeCache(stateDir, json);
    this.watch = new ObjectWatch(server, API + "/bpfnodes", node, new Hearing());
    this.clock = clock;
  }

  @Override
  public void start(Consumer<Assignments> listener) {
    this.listener = listener;
    watch.start();
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
    Assignments heard =
        new Assignments(
            generation, programs, seen.getSpec() == null ? null : seen.getSpec().node());
    boolean madeAnew = uid != null && !uid.equals(seen.getMetadata().getUid());
    uid = seen.getMetadata().getUid();
    if (current.isPresent() && current.get().equals(heard) && !madeAnew) {
      return;
    }
    current = Optional.of(heard);
    revisions.keySet().retainAll(programs);
    listener.accept(heard);
    cache.keep(heard);
  }

  /** That of the node's BpfNode; empty before the API server spoke of it. */
  public synchronized Optional<String> uid() {
    return Optional.ofNullable(uid);
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
      JsonNode revision =
          server
              .get(
                  "%s/namespaces/%s/bpfrevisions/%s"
                      .formatted(API, assigned.namespace(), assigned.revision()))
              .orElseThrow(() -> new Refusal(Reason.FetchFailed, what + " does not exist"));
      return json.treeToValue(revision, BpfRevision.class);
    } catch (IOException e) {
      throw new Refusal(Reason.FetchFailed, "getting " + what + ": " + e.getMessage(), e);
    }
  }

  @Override
  public byte[] object(BpfRevision revision) {
    return objects.get(revision.getSpec().image().objectDigest());
  }

  @Override
  public synchronized NodeValues node() {
    return NodeValues.ofCluster(node, current.map(Assignments::node).orElse(NodeFacts.NONE));
  }

  @Override
  public boolean connected() {
    return watch.watching();
  }

  /** Another request found the API server silent; the watch may not have noticed. */
  public void mayBeSilent() {
    watch.beginAnew();
  }

  @Override
  public void close() {
    watch.close();
  }

  private final class Hearing implements ObjectWatch.Listener {
    @Override
    public void seen(JsonNode object) {
      try {
        heard(json.treeToValue(object, BpfNode.class));
      } catch (JsonProcessingException e) {
        LOG.warn("BpfNode not understood; what runs goes on", "cause", e.getOriginalMessage());
      }
    }

    /** An object that is not there wants nothing: neither that something runs nor that it ends. */
    @Override
    public void absent() {
      LOG.warn("there is no BpfNode of this node; what runs goes on", "node", node);
    }

    @Override
    public void away(IOException cause) {
      if (!away) {
        LOG.warn("API server away; what runs goes on", "cause", cause);
      }
      away = true;
      goByCache();
    }
  }
}
