package dev.skep.artifact.oci;

import java.time.Duration;
import java.util.Set;

/**
 * How registries are spoken to.
 *
 * @param insecure hosts (with port, as in references) spoken to by plain http. Loopback registries
 *     are besides; all others by https only
 * @param connectTimeout the longest a connection may take to be made
 * @param transferTimeout the longest one request may take, its body included
 */
public record RegistrySettings(
    Set<String> insecure, Duration connectTimeout, Duration transferTimeout) {
  public RegistrySettings {
    insecure = Set.copyOf(insecure);
  }

  /** No insecure registries, 5 s to connect, 60 s for a request. */
  public static RegistrySettings defaults() {
    return new RegistrySettings(Set.of(), Duration.ofSeconds(5), Duration.ofSeconds(60));
  }

  /** The same with other insecure registries. */
  public RegistrySettings withInsecure(Set<String> hosts) {
    return new RegistrySettings(hosts, connectTimeout, transferTimeout);
  }

  /** The same with other time-outs. */
  public RegistrySettings withTimeouts(Duration connect, Duration transfer) {
    return new RegistrySettings(insecure, connect, transfer);
  }

  boolean isPlain(String registry) {
    String host = registry.replaceFirst(":\\d+$", "");
    return insecure.contains(registry)
        || host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.\\d{1,3}){3}");
  }
}
