package dev.skep.operator.mirror;

import dev.skep.operator.config.OperatorSettings;
import dev.skep.operator.mirror.MirrorRequests.Outcome;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Objects by digest, in the form of the OCI distribution specification: {@code GET} or {@code HEAD}
 * {@code /v2/skep/objects/blobs/sha256:<hex>}. Nodes need no credentials of any registry.
 */
@ApplicationScoped
public class MirrorRoutes {
  private static final String PATH = "/v2/skep/objects/blobs/:digest";
  private static final String DIGEST = "sha256:[0-9a-f]{64}";

  /** Requests that wait for a registry at a time: a dead one must not hold all threads. */
  private final Semaphore waiting = new Semaphore(16);

  private final MirroredObjects objects;
  private final MirrorRequests requests;
  private final boolean tls;

  MirrorRoutes(MirroredObjects objects, MirrorRequests requests, OperatorSettings settings) {
    this.objects = objects;
    this.requests = requests;
    this.tls = settings.mirror().tls();
  }

  /** On the plain port, where that is allowed. */
  void register(@Observes Router router) {
    if (!tls) {
      serveOn(router);
    }
  }

  void serveOn(Router router) {
    router.route(HttpMethod.GET, PATH).handler(this::answerFromMemory);
    router.route(HttpMethod.HEAD, PATH).handler(this::answerFromMemory);
    // Only what is not in memory comes here, to a thread that may wait for a registry.
    router.route(HttpMethod.GET, PATH).blockingHandler(this::answerFromRegistry, false);
    router.route(HttpMethod.HEAD, PATH).blockingHandler(this::answerFromRegistry, false);
  }

  private void answerFromMemory(RoutingContext request) {
    String digest = request.pathParam("digest");
    if (!digest.matches(DIGEST)) {
      absent(request);
      return;
    }
    objects.find(digest).ifPresentOrElse(o -> send(request, digest, o), request::next);
  }

  private void answerFromRegistry(RoutingContext request) {
    if (!waiting.tryAcquire()) {
      requests.count(Outcome.BUSY);
      request.response().setStatusCode(503).putHeader("Retry-After", "1").end();
      return;
    }
    try {
      String digest = request.pathParam("digest");
      Optional<byte[]> object = objects.fetch(digest);
      if (object.isPresent()) {
        send(request, digest, object.get());
      } else {
        absent(request);
      }
    } finally {
      waiting.release();
    }
  }

  private void absent(RoutingContext request) {
    requests.count(Outcome.NOT_FOUND);
    request.response().setStatusCode(404).end();
  }

  private void send(RoutingContext request, String digest, byte[] object) {
    requests.count(Outcome.SERVED);
    HttpServerResponse response =
        request
            .response()
            .putHeader("Content-Type", "application/octet-stream")
            .putHeader("Docker-Content-Digest", digest)
            .putHeader("Content-Length", String.valueOf(object.length));
    if (request.request().method().equals(HttpMethod.HEAD)) {
      response.end();
    } else {
      response.end(Buffer.buffer(object));
    }
  }
}
