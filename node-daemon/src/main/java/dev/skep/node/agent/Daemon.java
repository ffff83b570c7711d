package dev.skep.node.agent;

import dev.skep.node.kernel.Journal;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.LinuxKernel;
import dev.skep.node.log.Log;
import dev.skep.node.metrics.DaemonCounters;
import dev.skep.node.metrics.NodeMetrics;
import dev.skep.node.report.Heartbeat;
import dev.skep.node.report.StatusFile;
import dev.skep.node.report.StatusPatch;
import dev.skep.node.report.StatusReporter;
import dev.skep.node.report.StatusSink;
import dev.skep.node.source.ClusterSource;
import dev.skep.node.source.DesiredSource;
import dev.skep.node.source.DirectorySource;
import dev.skep.node.source.ObjectStore;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The daemon as a process: puts the parts together and lets them run until it is told to end. */
public final class Daemon implements AutoCloseable {
  private static final Log LOG = Log.of(Daemon.class);
  private static final int REQUEST_TIMEOUT_MILLIS = 10_000;
  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
  private static final int WATCH_RETRY_MILLIS = 500;

  private final Threads threads = Threads.start();
  private final Optional<KubernetesClient> client;
  private final Kernel kernel;
  private final NodeAgent agent;
  private final HttpEndpoint http;
  private final ServeOptions options;

  /**
   * Makes the parts; nothing runs yet.
   *
   * @param version of the daemon, for the status and for the journal
   * @throws IOException when the port or the state folder cannot be had
   */
  public Daemon(ServeOptions options, String version) throws IOException {
    this.options = options;
    this.kernel =
        new LinuxKernel(
            options.pinRoot(),
            new Journal(
                options.stateDir().resolve("journal"),
                version + " " + System.getProperty("os.version")));
    this.client = options.manifests().isPresent() ? Optional.empty() : Optional.of(client(options));
    ObjectStore objects = new ObjectStore(options.stateDir().resolve("objects"), options.mirror());
    DaemonCounters counters = new DaemonCounters();
    StatusSink sink =
        client
            .<StatusSink>map(c -> new StatusPatch(c, options.nodeName()))
            .orElseGet(() -> new StatusFile(ServeOptions.statusFile(options.stateDir())));
    StatusSink counted =
        status -> {
          sink.write(status);
          counters.statusWritten();
        };
    this.agent =
        new NodeAgent(
            kernel, source(objects), new StatusReporter(counted, version), threads, counters);
    NodeMetrics metrics =
        new NodeMetrics(
            kernel, agent::running, counters, version, options.stateDir(), System::nanoTime);
    this.http =
        new HttpEndpoint(
            options.httpPort(), agent::ready, NodeMetrics.CONTENT_TYPE, metrics::scrape);
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
    agent.start();
    client.ifPresent(c -> new Heartbeat(c, options.nodeName()).start(threads.clock()));
  }

  private DesiredSource source(ObjectStore objects) {
    Path stateDir = options.stateDir();
    return client
        .<DesiredSource>map(
            c -> new ClusterSource(c, options.nodeName(), stateDir, objects, threads.clock()))
        .orElseGet(() -> new DirectorySource(options.manifests().orElseThrow(), stateDir, objects));
  }

  private static KubernetesClient client(ServeOptions options) {
    Config config =
        options
            .kubeconfig()
            .map(file -> Config.fromKubeconfig(file.toFile()))
            .orElseGet(() -> Config.autoConfigure(null));
    config.setRequestTimeout(REQUEST_TIMEOUT_MILLIS);
    config.setConnectionTimeout(CONNECT_TIMEOUT_MILLIS);
    // Every caller here tries again in its own time, with the newest to say.
    config.setRequestRetryBackoffLimit(0);
    // The client doubles it, up to 32 times.
    config.setWatchReconnectInterval(WATCH_RETRY_MILLIS);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** The port that /metrics is on. */
  public int httpPort() {
    return http.port();
  }

  @Override
  public void close() {
    LOG.info("ending; what runs in the kernel goes on");
    agent.close();
    http.close();
    threads.close();
    client.ifPresent(KubernetesClient::close);
    kernel.close();
  }
}
