package dev.skep.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HttpEndpointTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private boolean ready;
  private HttpEndpoint endpoint;

  @AfterEach
  void stop() {
    endpoint.close();
    client.shutdownNow();
  }

  @Test
  @DisplayName("it is alive at once, and ready when desired state is known")
  void ready() throws Exception {
    start(() -> "");

    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    ready = true;
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    assertThat(get("/healthz/more").statusCode()).isEqualTo(404);
  }

  @Test
  @DisplayName("clients that never finish their request keep nobody else from an answer")
  void slowClients() throws Exception {
    start(() -> "");
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
        slow.add(socket);
        socket.getOutputStream().write("GET /healthz HT".getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
      }
      assertThat(get("/healthz").statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  @DisplayName("scrapes that take long keep nobody from /healthz, and more of them are sent away")
  void slowScrapes() throws Exception {
    CountDownLatch begun = new CountDownLatch(4);
    CountDownLatch end = new CountDownLatch(1);
    start(
        () -> {
          begun.countDown();
          await(end);
          return "page";
        });
    List<CompletableFuture<HttpResponse<String>>> scrapes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      scrapes.add(client.sendAsync(request("/metrics"), BodyHandlers.ofString()));
    }
    begun.await();

    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/metrics").statusCode()).isEqualTo(503);

    end.countDown();
    assertThat(scrapes).allSatisfy(scrape -> assertThat(scrape.get().body()).isEqualTo("page"));
    Awaitility.await().until(() -> get("/metrics").statusCode() == 200);
  }

  private void start(Supplier<String> metrics) throws IOException {
    endpoint =
        new HttpEndpoint(
            0, () -> ready ? Optional.empty() : Optional.of("not yet"), "text/plain", metrics);
    endpoint.start();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path), BodyHandlers.ofString());
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path))
        .timeout(Duration.ofSeconds(10))
        .build();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
