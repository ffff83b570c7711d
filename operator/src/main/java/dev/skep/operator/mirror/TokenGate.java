package dev.skep.operator.mirror;

import dev.skep.operator.mirror.MirrorRequests.Outcome;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets daemons of this installation through to what is behind it, and nobody else. */
@ApplicationScoped
class TokenGate {
  private static final Logger LOG = LoggerFactory.getLogger(TokenGate.class);
  private static final String BEARER = "Bearer ";

  private final Callers callers;
  private final MirrorRequests requests;

  TokenGate(Callers callers, MirrorRequests requests) {
    this.callers = callers;
    this.requests = requests;
  }

  void before(Router router) {
    router.route().handler(this::let);
  }

  private void let(RoutingContext request) {
    Optional<String> token = token(request);
    if (token.isEmpty()) {
      let(request, new Caller.Unknown("no token: send Authorization: Bearer …"));
      return;
    }
    callers
        .known(token.get())
        .ifPresentOrElse(
            caller -> let(request, caller),
            () ->
                request
                    .vertx()
                    .executeBlocking(() -> callers.ask(token.get(), address(request)), false)
                    .onSuccess(caller -> let(request, caller))
                    .onFailure(request::fail));
  }

  private static String address(RoutingContext request) {
    return request.request().remoteAddress().hostAddress();
  }

  private static Optional<String> token(RoutingContext request) {
    return Optional.ofNullable(request.request().getHeader("Authorization"))
        .filter(header -> header.startsWith(BEARER))
        .map(header -> header.substring(BEARER.length()).strip())
        .filter(token -> !token.isEmpty());
  }

  private void let(RoutingContext request, Caller caller) {
    HttpServerResponse response = request.response();
    switch (caller) {
      case Caller.Daemon() -> request.next();
      case Caller.Unknown(String why) -> {
        response.putHeader("WWW-Authenticate", "Bearer");
        refuse(request, 401, Outcome.UNAUTHENTICATED, why);
      }
      case Caller.Stranger(String why) -> refuse(request, 403, Outcome.FORBIDDEN, why);
      case Caller.Unclear(String why) -> {
        response.putHeader("Retry-After", "1");
        refuse(request, 503, Outcome.UNCHECKED, why);
      }
    }
  }

  private void refuse(RoutingContext request, int status, Outcome outcome, String why) {
    requests.count(outcome);
    LOG.debug("{} refused: {}", request.request().remoteAddress(), why);
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "text/plain; charset=utf-8")
        .end(why + "\n");
  }
}
