package dev.skep.node.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.skep.node.log.Log;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** /healthz, /readyz and /metrics. */
final class HttpEndpoint implements AutoCloseable {
  private static final Log LOG = Log.of(HttpEndpoint.class);
  private static final String TEXT = "text/plain; charset=utf-8";

  /** At a time; the page may be megabytes, and each of them holds one. */
  private static final int SCRAPES = 4;

  static {
    // Seconds that a request may take to come and an answer to be read: else a client that does
    // nothing is kept for ever. The server has no other way to be told.
    System.setProperty("sun.net.httpserver.maxReqTime", "30");
    System.setProperty("sun.net.httpserver.maxRspTime", "60");
  }

  private final HttpServer server;

  /** An answer: status, type and body. */
  private record Answer(int status, String type, String body) {}

  /**
   * @param unready why the daemon is not ready; empty when it is
   */
  HttpEndpoint(
      int port, Supplier<Optional<String>> unready, String metricsType, Supplier<String> metrics)
      throws IOException {
    server = HttpServer.create(new InetSocketAddress(port), 0);
    // One each: whoever is slow to ask or to read must not keep the kubelet from /healthz.
    server.setExecutor(
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 1).factory()));
    handle("/healthz", () -> new Answer(200, TEXT, "ok\n"));
    handle(
        "/readyz",
        () ->
            unready
                .get()
                .map(why -> new Answer(503, TEXT, why + "\n"))
                .orElse(new Answer(200, TEXT, "ok\n")));
    Semaphore places = new Semaphore(SCRAPES);
    server.createContext(
        "/metrics",
        exchange -> {
          if (!places.tryAcquire()) {
            send(exchange, "/metrics", () -> new Answer(503, TEXT, "scraped by others just now\n"));
            return;
          }
          try {
            send(exchange, "/metrics", () -> new Answer(200, metricsType, metrics.get()));
          } finally {
            places.release();
          }
        });
  }

  void start() {
    server.start();
    LOG.info("listening", "port", port());
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(String path, Supplier<Answer> answers) {
    server.createContext(path, exchange -> send(exchange, path, answers));
  }

  private static void send(HttpExchange exchange, String path, Supplier<Answer> answers)
      throws IOException {
    try (exchange) {
      Answer answer = answer(exchange, path, answers);
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private static Answer answer(HttpExchange exchange, String path, Supplier<Answer> answers) {
    if (!exchange.getRequestURI().getPath().equals(path)) {
      return new Answer(404, TEXT, "not found; there are /healthz, /readyz and /metrics\n");
    }
    try {
      return answers.get();
    } catch (RuntimeException fault) {
      LOG.error("request failed", fault, "path", path);
      return new Answer(500, TEXT, "internal error; the daemon's log says more\n");
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
