package dev.skep.operator.mirror;

import dev.skep.operator.certificate.KeyMaterial;
import dev.skep.operator.certificate.MirrorCertificate;
import dev.skep.operator.config.OperatorSettings;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.X509KeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mirror behind TLS and tokens, on a port of its own; a new certificate needs no restart. */
@ApplicationScoped
public class MirrorServer {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorServer.class);
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final int IDLE_SECONDS = 60;

  private final Vertx vertx;
  private final OperatorSettings.Mirror settings;
  private final MirrorCertificate certificate;
  private final MirrorRoutes routes;
  private final TokenGate gate;
  private final ShownKeys keys = new ShownKeys();
  private HttpServer server;
  private Thread looking;
  private volatile KeyMaterial shown;
  private volatile String trouble = "starting";

  MirrorServer(
      Vertx vertx,
      OperatorSettings settings,
      MirrorCertificate certificate,
      MirrorRoutes routes,
      TokenGate gate,
      MeterRegistry registry) {
    this.vertx = vertx;
    this.settings = settings.mirror();
    this.certificate = certificate;
    this.routes = routes;
    this.gate = gate;
    registry.gauge("skep.mirror.certificate.expiry.seconds", this, MirrorServer::expiry);
  }

  /** Why nothing is served, or what is wrong while it is; empty when all is well. */
  String trouble() {
    return trouble;
  }

  /** Whether daemons are served. */
  boolean serves() {
    return !settings.tls() || shown != null;
  }

  void begin(@Observes StartupEvent event) {
    if (settings.tls()) {
      looking = Thread.ofPlatform().name("mirror").daemon().start(this::look);
    } else {
      trouble = "";
    }
  }

  /** Before the client is closed under a look. */
  void end(@Observes ShutdownEvent event) throws InterruptedException {
    if (looking != null) {
      looking.interrupt();
      looking.join(SOON);
    }
  }

  private void look() {
    try {
      while (true) {
        say(troubleOfOneLook());
        Thread.sleep(
            shown == null && SOON.compareTo(settings.certificate().check()) < 0
                ? SOON
                : settings.certificate().check());
      }
    } catch (InterruptedException e) {
      LOG.debug("ended");
    }
  }

  private String troubleOfOneLook() throws InterruptedException {
    try {
      return switch (certificate.look()) {
        case MirrorCertificate.Found.Missing(String why) -> why;
        case MirrorCertificate.Found.Here(KeyMaterial material, String trouble) -> {
          if (!material.equals(shown)) {
            show(material);
          }
          yield trouble;
        }
      };
    } catch (KubernetesClientException e) {
      endIfTold();
      return "its certificate cannot be read or written: " + e.getMessage();
    } catch (ExecutionException e) {
      return "it cannot listen on port %d, or its certificate is of no use: %s"
          .formatted(settings.port(), e.getCause());
    } catch (RuntimeException e) {
      endIfTold();
      // A Secret that somebody filled with anything; the next look may find another.
      LOG.warn("mirror: unexpected failure", e);
      return "unexpected failure: " + e;
    }
  }

  /** The client makes an exception of its own of it. */
  private static void endIfTold() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private void say(String now) {
    if (!now.equals(trouble) && !now.isEmpty()) {
      LOG.warn("mirror: {}", now);
    }
    trouble = now;
  }

  private void show(KeyMaterial material) throws ExecutionException, InterruptedException {
    try {
      keys.show(read(material));
    } catch (IllegalArgumentException e) {
      throw new ExecutionException(e);
    }
    if (server == null) {
      Router router = Router.router(vertx);
      gate.before(router);
      routes.serveOn(router);
      HttpServer made = vertx.createHttpServer(options()).requestHandler(router);
      await(made.listen());
      server = made;
      LOG.info("mirror: listening on port {}", settings.port());
    } else {
      LOG.info("mirror: another certificate is shown");
    }
    shown = material;
  }

  /** By Vert.x, which knows every form that a key has in PEM. */
  private X509KeyManager read(KeyMaterial material) throws ExecutionException {
    try {
      return (X509KeyManager)
          new PemKeyCertOptions()
              .addCertValue(Buffer.buffer(material.certificate()))
              .addKeyValue(Buffer.buffer(material.key()))
              .getKeyManagerFactory(vertx)
              .getKeyManagers()[0];
    } catch (Exception e) {
      throw new ExecutionException(e);
    }
  }

  private HttpServerOptions options() {
    HttpServerOptions options = new HttpServerOptions();
    options.setPort(settings.port());
    options.setSsl(true);
    options.setUseAlpn(false);
    options.setEnabledSecureTransportProtocols(Set.of("TLSv1.3"));
    options.setIdleTimeout(IDLE_SECONDS);
    options.setKeyCertOptions(KeyCertOptions.wrap(keys));
    return options;
  }

  private static void await(Future<?> future) throws ExecutionException, InterruptedException {
    future.toCompletionStage().toCompletableFuture().get();
  }

  private double expiry() {
    KeyMaterial now = shown;
    return now == null
        ? Double.NaN
        : now.shown().map(c -> c.getNotAfter().getTime() / 1000.0).orElse(Double.NaN);
  }
}
