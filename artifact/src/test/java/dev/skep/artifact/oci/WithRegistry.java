package dev.skep.artifact.oci;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests against a registry that is honest but for what a test makes it do. */
abstract class WithRegistry {
  static final byte[] ELF = SampleImage.elf(1);

  final SampleImage image = new SampleImage();
  final byte[] manifest = image.files(Map.of("a.o", ELF)).manifest(Map.of());
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  final RegistryImages registry = new RegistryImages(RegistrySettings.defaults());
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<HttpServer> listening = new ArrayList<>();
  HttpServer server;

  /** What a test makes the registry do. */
  interface Behaviour {
    /** Whether it has answered; if not, the honest registry does. */
    boolean answer(HttpExchange exchange) throws IOException;
  }

  Behaviour behaviour = exchange -> false;

  @BeforeEach
  final void start() throws IOException {
    server = listen();
  }

  /** One more, at a port of its own, that behaves the same. */
  final HttpServer listen() throws IOException {
    var one = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    listening.add(one);
    one.setExecutor(threads);
    one.createContext("/", this::serve);
    one.start();
    return one;
  }

  @AfterEach
  final void stop() {
    registry.close();
    listening.forEach(one -> one.stop(0));
    threads.shutdownNow();
  }

  final ImageReference reference() {
    return ImageReference.parse("127.0.0.1:" + server.getAddress().getPort() + "/x/y:v1");
  }

  final ResolvedImage pull() {
    return registry.pull(reference(), Credentials.none());
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      if (behaviour.answer(exchange)) {
        return;
      }
      String path = exchange.getRequestURI().getPath();
      String last = path.substring(path.lastIndexOf('/') + 1);
      byte[] body = path.contains("/blobs/") ? image.blobs.get(last) : manifest;
      exchange.getResponseHeaders().set("Docker-Content-Digest", Digest.of(body));
      send(exchange, 200, body);
    }
  }

  static boolean send(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean isHead = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, isHead || body.length == 0 ? -1 : body.length);
    if (!isHead) {
      exchange.getResponseBody().write(body);
    }
    return true;
  }
}
