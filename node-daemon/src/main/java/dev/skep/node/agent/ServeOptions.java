package dev.skep.node.agent;

import dev.skep.node.source.MirrorAccess;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * How the daemon is started.
 *
 * @param nodeName name of the BpfNode to run
 * @param namespace of the installation in the cluster, where heartbeats are
 * @param kubeconfig file to reach the API server with; empty: KUBECONFIG, in a pod its own account,
 *     else ~/.kube/config
 * @param mirror where objects are fetched by digest
 * @param stateDir folder on the host for what must outlive the daemon
 * @param pinRoot folder in bpffs for pins
 * @param httpPort port of /healthz, /readyz and /metrics; 0 takes a free one
 * @param manifests what to run instead of a cluster's programs
 */
public record ServeOptions(
    String nodeName,
    String namespace,
    Optional<Path> kubeconfig,
    Optional<MirrorAccess> mirror,
    Path stateDir,
    Path pinRoot,
    int httpPort,
    Optional<Manifests> manifests) {

  public static final Path DEFAULT_STATE_DIR = Path.of("/var/lib/skep");
  public static final Path DEFAULT_PIN_ROOT = Path.of("/sys/fs/bpf/skep");
  public static final int DEFAULT_HTTP_PORT = 9644;

  /**
   * Programs without a cluster.
   *
   * @param folder of BpfProgram manifests
   * @param plainHttp registries, with their port, that are spoken to without TLS
   */
  public record Manifests(Path folder, Set<String> plainHttp) {}

  /** Where {@code skep serve --manifests} leaves its status for {@code skep status}. */
  public static Path statusFile(Path stateDir) {
    return stateDir.resolve("status.json");
  }
}
