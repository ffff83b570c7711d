package dev.skep.node.pod;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.node.cluster.ApiServer;
import dev.skep.node.cluster.ObjectWatch;
import dev.skep.node.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The pods that the API server assigned to this node, and no others. Asked for only once a program
 * selects pods. What it said last is on disk, so that a daemon that starts while it is away knows
 * the labels of what runs.
 */
public final class ClusterPods implements PodSource {
  private static final Log LOG = Log.of(ClusterPods.class);

  /** How long the first to ask waits for the API server, where nothing is on disk. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Whoever selects pods asks at least every 30 s. */
  private static final Duration UNASKED = Duration.ofMinutes(5);

  private final ApiServer server;
  private final String node;
  private final Duration patience;
  private final Duration unasked;
  private final Path file;
  private final ObjectMapper json =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  private final CountDownLatch known = new CountDownLatch(1);
  private Map<String, LocalPod> pods = Map.of();
  private ObjectWatch watch;
  private long asked;
  private volatile Runnable onChanged;

  /**
   * @param node name of the Node
   * @param stateDir folder for what must outlive the daemon
   */
  public ClusterPods(ApiServer server, String node, Path stateDir) {
    this(server, node, stateDir, PATIENCE, UNASKED);
  }

  ClusterPods(ApiServer server, String node, Path stateDir, Duration patience, Duration unasked) {
    this.server = server;
    this.node = node;
    this.patience = patience;
    this.unasked = unasked;
    this.file = stateDir.resolve("pods.json");
  }

  @Override
  public void wanted(Runnable onChanged) {
    synchronized (this) {
      this.onChanged = onChanged;
      asked = System.nanoTime();
      if (watch == null) {
        pods = cached();
        if (!pods.isEmpty()) {
          known.countDown();
        }
        watch = ObjectWatch.of(server, "/api/v1/pods", "spec.nodeName", node, new Hearing());
        watch.start();
      }
    }
    try {
      if (!known.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        // From now on nobody waits.
        known.countDown();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized Optional<LocalPod> pod(String uid) {
    return Optional.ofNullable(pods.get(uid));
  }

  @Override
  public synchronized Iterable<LocalPod> all() {
    return List.copyOf(pods.values());
  }

  @Override
  public synchronized Optional<String> withoutLabels() {
    return watch != null && watch.watching() || !pods.isEmpty()
        ? Optional.empty()
        : Optional.of("labels of pods are known from the API server only, and it is away");
  }

  private void set(Map<String, LocalPod> now) {
    if (keepAs(now)) {
      onChanged.run();
    }
  }

  /** Whether that is something else than before. */
  private synchronized boolean keepAs(Map<String, LocalPod> now) {
    if (now.equals(pods)) {
      return false;
    }
    pods = Map.copyOf(now);
    keep();
    return true;
  }

  private Map<String, LocalPod> cached() {
    try {
      return json.readValue(Files.readAllBytes(file), new TypeReference<>() {});
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (IOException e) {
      LOG.warn("cached pods not readable", "file", file, "cause", e);
      return Map.of();
    }
  }

  /** Its loss costs what a request brings again. */
  private void keep() {
    try {
      Path partial = file.resolveSibling(file.getFileName() + ".partial");
      Files.write(partial, json.writeValueAsBytes(pods));
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.warn("pods not cached", "file", file, "cause", e);
    }
  }

  static LocalPod read(JsonNode pod) {
    JsonNode metadata = pod.path("metadata");
    Map<String, String> labels = new HashMap<>();
    metadata
        .path("labels")
        .properties()
        .forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
    Map<String, String> containers = new HashMap<>();
    for (String list :
        List.of("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")) {
      for (JsonNode status : pod.path("status").path(list)) {
        // containerd://id
        String id = status.path("containerID").asText();
        if (!id.isEmpty()) {
          containers.put(id.substring(id.indexOf("//") + 2), status.path("name").asText());
        }
      }
    }
    return new LocalPod(
        uid(metadata),
        metadata.path("namespace").asText(),
        metadata.path("name").asText(),
        labels,
        containers);
  }

  /** The kubelet knows a pod of its own files by their hash; the API server's is a mirror of it. */
  private static String uid(JsonNode metadata) {
    JsonNode annotations = metadata.path("annotations");
    return annotations.has("kubernetes.io/config.mirror")
        ? annotations.path("kubernetes.io/config.hash").asText()
        : metadata.path("uid").asText();
  }

  private synchronized Map<String, LocalPod> copy() {
    return new HashMap<>(pods);
  }

  /** No program selects pods any more: nor is their every change worth a word from now on. */
  private synchronized boolean stopUnasked() {
    if (watch != null && System.nanoTime() - asked > unasked.toNanos()) {
      watch.close();
      watch = null;
    }
    return watch == null;
  }

  @Override
  public synchronized void close() {
    if (watch != null) {
      watch.close();
    }
  }

  private final class Hearing implements ObjectWatch.Listener {
    private boolean away;

    @Override
    public void listed(List<JsonNode> objects) {
      away = false;
      Map<String, LocalPod> now = new HashMap<>();
      objects.stream().map(ClusterPods::read).forEach(pod -> now.put(pod.uid(), pod));
      boolean changed = keepAs(now);
      // Before anybody is told: who hears of it asks, by this very thread, and would wait.
      known.countDown();
      if (changed) {
        onChanged.run();
      }
    }

    @Override
    public void seen(JsonNode object) {
      if (stopUnasked()) {
        return;
      }
      Map<String, LocalPod> now = copy();
      LocalPod pod = read(object);
      now.put(pod.uid(), pod);
      set(now);
    }

    @Override
    public void deleted(JsonNode object) {
      Map<String, LocalPod> now = copy();
      now.remove(read(object).uid());
      set(now);
    }

    @Override
    public void absent() {
      listed(List.of());
    }

    @Override
    public void away(IOException cause) {
      if (!away) {
        LOG.warn("pods of this node cannot be watched; those known are gone by", "cause", cause);
      }
      away = true;
    }
  }
}
