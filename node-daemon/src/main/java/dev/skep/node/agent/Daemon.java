package dev.skep.node.agent;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.node.cluster.Access;
import dev.skep.node.cluster.ApiServer;
import dev.skep.node.execute.Lane;
import dev.skep.node.kernel.AwaitedKernel;
import dev.skep.node.kernel.Journal;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.LinuxKernel;
import dev.skep.node.kernel.PinLock;
import dev.skep.node.log.Log;
import dev.skep.node.metrics.DaemonCounters;
import dev.skep.node.metrics.NodeMetrics;
import dev.skep.node.pod.ClusterPods;
import dev.skep.node.pod.PodSource;
import dev.skep.node.report.Heartbeat;
import dev.skep.node.report.StatusFile;
import dev.skep.node.report.StatusPatch;
import dev.skep.node.report.StatusReporter;
import dev.skep.node.report.StatusSink;
import dev.skep.node.source.ClusterSource;
import dev.skep.node.source.DesiredSource;
import dev.skep.node.source.DirectorySource;
import dev.skep.node.source.MirrorAccess;
import dev.skep.node.source.ObjectStore;
import dev.skep.node.source.ToldAuthorities;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** The daemon as a process: puts the parts together and lets them run until it is told to end. */
public final class Daemon implements AutoCloseable {
  private static final Log LOG = Log.of(Daemon.class);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final Threads threads = Threads.start();
  private final Optional<ApiServer> server;
  private final StateLock lock;
  private final AwaitedKernel kernel;
  private volatile Optional<PinLock> pinLock = Optional.empty();
  private final Lane awaiting;

  /** Why; said once, and again only in other words. */
  private String notAdopted = "";

  private final DesiredSource source;
  private final NodeAgent agent;
  private final HttpEndpoint http;
  private final ServeOptions options;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Makes the parts; nothing runs yet.
   *
   * @param version of the daemon, for the status and for the journal
   * @throws IOException when the port or the state folder cannot be had
   */
  public Daemon(ServeOptions options, String version) throws IOException {
    this.options = options;
    this.lock = StateLock.take(options.stateDir());
    this.server =
        options.manifests().isPresent()
            ? Optional.empty()
            : Optional.of(new ApiServer(access(options)));
    PodSource pods = pods();
    this.kernel = new AwaitedKernel(() -> open(version, pods));
    this.awaiting = new Lane(threads.lanes(), threads.clock(), this::look);
    ObjectStore objects =
        new ObjectStore(options.stateDir().resolve("objects"), options.mirror(), authorities());
    StatusFile file = new StatusFile(ServeOptions.statusFile(options.stateDir()));
    this.source = source(objects, file);
    DaemonCounters counters = new DaemonCounters();
    StatusSink sink =
        server.<StatusSink>map(s -> new StatusPatch(s, options.nodeName())).orElse(file);
    StatusSink counted =
        status -> {
          sink.write(status);
          counters.statusWritten();
        };
    this.agent =
        new NodeAgent(kernel, source, new StatusReporter(counted, version), threads, counters);
    NodeMetrics metrics =
        new NodeMetrics(
            kernel, agent::running, counters, version, options.stateDir(), System::nanoTime);
    this.http =
        new HttpEndpoint(
            options.httpPort(), this::unready, NodeMetrics.CONTENT_TYPE, metrics::scrape);
  }

  /** Runs until the process is told to end; then lets the parts end, and the kernel as it is. */
  public static void run(ServeOptions options, String version)
      throws IOException, InterruptedException {
    CountDownLatch end = new CountDownLatch(1);
    try (Daemon daemon = new Daemon(options, version)) {
      Thread ending = Thread.ofPlatform().unstarted(daemon::close);
      Runtime.getRuntime().addShutdownHook(ending);
      daemon.start();
      end.await();
    }
  }

  public void start() {
    LOG.info("starting", "node", options.nodeName(), "pins", options.pinRoot());
    http.start();
    agent.start(kernel::look);
    awaitKernel();
    server.ifPresent(s -> heartbeat(s).start(threads.clock()));
  }

  /** A node that cannot run programs yet is looked at until it can. */
  private void look() {
    Optional<Failure> before = kernel.without();
    kernel.look();
    try {
      if (kernel.without().isEmpty() || !kernel.without().equals(before)) {
        agent.kernelChanged();
      }
      notAdopted = "";
      awaitKernel();
    } catch (RuntimeException fault) {
      if (!fault.toString().equals(notAdopted)) {
        LOG.error("what stands in the kernel could not be adopted; it is tried again soon", fault);
      }
      notAdopted = fault.toString();
      awaiting.in(LOOK_AGAIN);
    }
  }

  private void awaitKernel() {
    agent.lacks(kernel.without());
    if (kernel.without().isPresent()) {
      awaiting.in(LOOK_AGAIN);
    }
  }

  private Optional<String> unready() {
    return kernel
        .without()
        .map(Failure::message)
        .or(() -> agent.ready() ? Optional.empty() : Optional.of("desired state not known yet"));
  }

  private Kernel open(String version, PodSource pods) {
    // Before anything is adopted or taken away.
    PinLock taken = PinLock.take(options.pinRoot());
    try {
      Kernel opened =
          new LinuxKernel(
              options.pinRoot(),
              new Journal(
                  options.stateDir().resolve("journal"),
                  version + " " + System.getProperty("os.version")),
              pods,
              taken);
      pinLock = Optional.of(taken);
      return opened;
    } catch (RuntimeException e) {
      // It is tried again, where that may help.
      taken.close();
      throw e;
    }
  }

  private static Access access(ServeOptions options) throws IOException {
    try {
      return Access.find(options.kubeconfig(), System.getenv());
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private Optional<ToldAuthorities> authorities() {
    return server.flatMap(
        api ->
            options
                .mirror()
                .flatMap(MirrorAccess::authoritiesConfigMap)
                .map(name -> new ToldAuthorities(api, options.namespace(), name)));
  }

  private PodSource pods() {
    return server
        .<PodSource>map(s -> new ClusterPods(s, options.nodeName(), options.stateDir()))
        .orElseGet(PodSource::none);
  }

  private Heartbeat heartbeat(ApiServer api) {
    ClusterSource cluster = (ClusterSource) source;
    return new Heartbeat(
        api, options.namespace(), options.nodeName(), cluster::uid, cluster::mayBeSilent);
  }

  private DesiredSource source(ObjectStore objects, StatusFile file) throws NoSuchFileException {
    Path stateDir = options.stateDir();
    if (options.manifests().isEmpty()) {
      return new ClusterSource(
          server.orElseThrow(), options.nodeName(), stateDir, objects, threads.clock());
    }
    ServeOptions.Manifests manifests = options.manifests().get();
    if (!Files.isDirectory(manifests.folder())) {
      throw new NoSuchFileException(manifests.folder().toString());
    }
    return new DirectorySource(
        manifests.folder(), stateDir, objects, manifests.plainHttp(), file::refused);
  }

  /** The port that /metrics is on. */
  public int httpPort() {
    return http.port();
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    LOG.info("ending; what runs in the kernel goes on");
    agent.close();
    http.close();
    threads.close();
    server.ifPresent(ApiServer::close);
    kernel.close();
    pinLock.ifPresent(PinLock::close);
    lock.close();
  }
}
