package dev.skep.node.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.admit.Admission;
import dev.skep.artifact.admit.EntrySources;
import dev.skep.artifact.admit.Revisions;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.oci.Digest;
import dev.skep.artifact.oci.DockerLogin;
import dev.skep.artifact.oci.ImageReference;
import dev.skep.artifact.oci.OciLayout;
import dev.skep.artifact.oci.RegistryImages;
import dev.skep.artifact.oci.RegistrySettings;
import dev.skep.artifact.oci.ResolvedImage;
import dev.skep.node.log.Log;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The desired state as BpfProgram manifests in a folder, without any cluster: resolves, inspects
 * and admits here what the operator does there. Images are {@code oci:DIR} layouts or in a
 * registry, reached with the logins that docker has on this machine.
 */
public final class DirectorySource implements DesiredSource {
  private static final Log LOG = Log.of(DirectorySource.class);

  /** Changes that no file event tells: of an image's folder, or on a network file system. */
  private static final Duration RESCAN = Duration.ofSeconds(5);

  /** Editors write in several steps. */
  private static final Duration QUIET = Duration.ofMillis(30);

  private final Path folder;
  private final Manifests manifests;
  private final ObjectStore objects;
  private final NodeCache cache;
  private final ObjectMapper json =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  private final Map<AssignedRevision, BpfProgram> programs = new ConcurrentHashMap<>();

  /** Why those that have not all their entries have not. */
  private final Map<AssignedRevision, Refusal> incomplete = new ConcurrentHashMap<>();

  private final Map<AssignedRevision, BpfRevision> revisions = new ConcurrentHashMap<>();
  private final Set<String> plainHttp;
  private final Consumer<Map<String, String>> onRefused;
  private final Thread watcher;
  private volatile boolean closed;
  private Consumer<Assignments> listener;
  private long generation;
  private List<AssignedRevision> told;
  private Map<String, String> refused = Map.of();
  private RegistryImages registry;

  /**
   * @param plainHttp registries, with their port, that are spoken to without TLS
   * @param onRefused told of which files not all is taken, and why, when that changes
   */
  public DirectorySource(
      Path folder,
      Path stateDir,
      ObjectStore objects,
      Set<String> plainHttp,
      Consumer<Map<String, String>> onRefused) {
    this.folder = folder;
    this.plainHttp = plainHttp;
    this.onRefused = onRefused;
    this.manifests = new Manifests(folder);
    this.objects = objects;
    this.cache = new NodeCache(stateDir, new ObjectMapper());
    this.watcher = Thread.ofPlatform().name("manifests").daemon().unstarted(this::watch);
  }

  @Override
  public void start(Consumer<Assignments> listener) {
    this.listener = listener;
    watcher.start();
  }

  private void watch() {
    try (WatchService events = folder.getFileSystem().newWatchService()) {
      folder.register(
          events,
          StandardWatchEventKinds.ENTRY_CREATE,
          StandardWatchEventKinds.ENTRY_MODIFY,
          StandardWatchEventKinds.ENTRY_DELETE);
      while (!closed) {
        scan();
        WatchKey key = events.poll(RESCAN.toMillis(), TimeUnit.MILLISECONDS);
        if (key != null) {
          Thread.sleep(QUIET);
          key.pollEvents();
          key.reset();
        }
      }
    } catch (IOException e) {
      LOG.error("manifests cannot be watched any more; what runs goes on", e, "folder", folder);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void scan() {
    try {
      Map<AssignedRevision, BpfProgram> found = new HashMap<>();
      Manifests.Found said = manifests.read();
      refuse(said.refused());
      for (BpfProgram program : said.programs().values()) {
        try {
          BpfProgram whole = withEntries(program, said);
          found.put(assigned(whole), whole);
        } catch (Refusal missing) {
          AssignedRevision assigned = assigned(program);
          found.put(assigned, program);
          incomplete.put(assigned, missing);
        }
      }
      List<AssignedRevision> now = found.keySet().stream().sorted(BY_NAME).toList();
      if (now.equals(told)) {
        return;
      }
      told = now;
      programs.putAll(found);
      Assignments assignments = new Assignments(++generation, now);
      listener.accept(assignments);
      programs.keySet().retainAll(now);
      incomplete.keySet().retainAll(now);
      revisions.keySet().retainAll(now);
      cache.keep(assignments);
    } catch (IOException | RuntimeException e) {
      LOG.warn("manifests not read; what runs goes on", "folder", folder, "cause", e);
    }
  }

  private void refuse(Map<String, String> now) {
    if (now.equals(refused)) {
      return;
    }
    now.forEach(
        (file, why) -> {
          if (!why.equals(refused.get(file))) {
            LOG.warn("manifest refused", "file", folder.resolve(file), "cause", why);
          }
        });
    refused = now;
    onRefused.accept(now);
  }

  /** With the entries of its ConfigMaps. */
  private static BpfProgram withEntries(BpfProgram program, Manifests.Found said) {
    BpfProgram whole = new BpfProgram();
    whole.setMetadata(program.getMetadata());
    whole.setSpec(EntrySources.resolve(program.getSpec(), name -> said.configMap(program, name)));
    return whole;
  }

  private static final Comparator<AssignedRevision> BY_NAME =
      Comparator.comparing(AssignedRevision::namespace).thenComparing(AssignedRevision::name);

  /** Named after what was written, and what a local image holds: known without any registry. */
  private AssignedRevision assigned(BpfProgram program) throws JsonProcessingException {
    String image = program.getSpec().image().reference();
    String said = json.writeValueAsString(program.getSpec()) + layoutIndex(image);
    String hash = Digest.of(said.getBytes(StandardCharsets.UTF_8)).substring(7, 17);
    String name = program.getMetadata().getName();
    return new AssignedRevision(program.getMetadata().getNamespace(), name, name + "-" + hash);
  }

  private static String layoutIndex(String image) {
    if (!OciLayout.isLayout(image)) {
      return "";
    }
    try {
      return Files.readString(OciLayout.parse(image).folder().resolve("index.json"));
    } catch (IOException | RuntimeException e) {
      return "";
    }
  }

  @Override
  public BpfRevision revision(AssignedRevision assigned) {
    BpfRevision known = revisions.get(assigned);
    if (known == null) {
      known = cache.revision(assigned).orElseGet(() -> revise(assigned));
      revisions.put(assigned, known);
    }
    return known;
  }

  private BpfRevision revise(AssignedRevision assigned) {
    if (incomplete.containsKey(assigned)) {
      throw incomplete.get(assigned);
    }
    BpfProgram program = programs.get(assigned);
    ResolvedImage image = resolve(program.getSpec().image().reference());
    ObjectReport report = ObjectInspector.inspect(image.object());
    List<Failure> failures = Admission.check(program.getSpec(), report);
    if (!failures.isEmpty()) {
      throw failures.getFirst().toException();
    }
    objects.put(image.objectDigest(), image.object());
    BpfRevision revision = Revisions.revise(program, image, report);
    cache.keep(assigned, revision);
    return revision;
  }

  private ResolvedImage resolve(String image) {
    if (OciLayout.isLayout(image)) {
      return OciLayout.parse(image).read();
    }
    ImageReference reference = ImageReference.parse(image);
    return registry().pull(reference, DockerLogin.find(reference, System.getenv()));
  }

  /** Made when first needed: layouts on disk need none. */
  private synchronized RegistryImages registry() {
    if (registry == null) {
      registry = new RegistryImages(RegistrySettings.defaults().withInsecure(plainHttp));
    }
    return registry;
  }

  @Override
  public byte[] object(BpfRevision revision) {
    String digest = revision.getSpec().image().objectDigest();
    Optional<byte[]> cached = objects.onDisk(digest);
    if (cached.isPresent()) {
      return cached.get();
    }
    ResolvedImage image = resolve(revision.getSpec().image().reference());
    if (!image.objectDigest().equals(digest)) {
      throw new Refusal(
          Reason.FetchFailed,
          image.reference() + " holds another object by now than when it was resolved");
    }
    objects.put(digest, image.object());
    return image.object();
  }

  @Override
  public NodeValues node() {
    return NodeValues.ofThisHost();
  }

  @Override
  public boolean connected() {
    return watcher.isAlive();
  }

  @Override
  public synchronized void close() {
    closed = true;
    watcher.interrupt();
    if (registry != null) {
      registry.close();
    }
  }
}
