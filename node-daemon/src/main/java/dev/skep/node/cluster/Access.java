package dev.skep.node.cluster;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * How to reach an API server.
 *
 * @param server its base address
 * @param tls whom to trust and who to be; null: the JDK's authorities and no certificate
 * @param token the bearer token to show; asked for each request, since a pod's token changes hourly
 */
public record Access(URI server, SSLContext tls, Supplier<Optional<String>> token) {
  private static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  /**
   * By this file; without one by {@code KUBECONFIG}, in a pod by its own account, else by {@code
   * ~/.kube/config}.
   *
   * @throws IOException when there is no way, or it cannot be read; the message says which
   */
  public static Access find(Optional<Path> kubeconfig, Map<String, String> environment)
      throws IOException {
    Optional<Path> named =
        kubeconfig.or(
            () ->
                Optional.ofNullable(environment.get("KUBECONFIG"))
                    .filter(path -> !path.isEmpty())
                    .map(Path::of));
    if (named.isPresent()) {
      return Kubeconfig.read(named.get());
    }
    if (environment.containsKey("KUBERNETES_SERVICE_HOST")) {
      return inCluster(environment);
    }
    Path home = Path.of(System.getProperty("user.home"), ".kube", "config");
    if (Files.exists(home)) {
      return Kubeconfig.read(home);
    }
    throw new IOException(
        "no cluster: neither --kubeconfig nor KUBECONFIG, not in a pod, and no " + home);
  }

  private static Access inCluster(Map<String, String> environment) throws IOException {
    String host = environment.get("KUBERNETES_SERVICE_HOST");
    String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    return new Access(
        URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port),
        Tls.context(Optional.of(Files.readAllBytes(ACCOUNT.resolve("ca.crt"))), Optional.empty()),
        new TokenFile(ACCOUNT.resolve("token")));
  }
}
