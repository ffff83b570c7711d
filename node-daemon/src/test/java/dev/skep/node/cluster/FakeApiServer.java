package dev.skep.node.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Answers as a test says, one request a thread; remembers what was asked. */
public final class FakeApiServer implements AutoCloseable {
  public final List<String> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** An answer: its status, and lines that are sent one by one. */
  public record Answer(int status, boolean ends, List<String> lines) {
    public Answer(int status, String... lines) {
      this(status, true, List.of(lines));
    }

    /** Lines, and then nothing, not even an end. */
    public static Answer endless(String... lines) {
      return new Answer(200, false, List.of(lines));
    }
  }

  public FakeApiServer(Function<String, Answer> answers) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, answers));
    server.start();
  }

  private void answer(HttpExchange exchange, Function<String, Answer> answers) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String request =
        "%s %s %s".formatted(exchange.getRequestMethod(), exchange.getRequestURI(), body).strip();
    requests.add(request);
    Answer answer = answers.apply(request);
    exchange.sendResponseHeaders(answer.status(), 0);
    exchange.getResponseBody().flush();
    for (String line : answer.lines()) {
      exchange.getResponseBody().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
    }
    if (!answer.ends()) {
      // Headers go out with the first bytes.
      exchange.getResponseBody().write('\n');
      exchange.getResponseBody().flush();
      awaitClose();
    }
    exchange.close();
  }

  private void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public ApiServer client() {
    return client("");
  }

  public ApiServer client(String path) {
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    return new ApiServer(new Access(address, null, Optional::empty));
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
