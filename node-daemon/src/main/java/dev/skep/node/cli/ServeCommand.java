package dev.skep.node.cli;

import dev.skep.node.agent.Daemon;
import dev.skep.node.agent.ServeOptions;
import dev.skep.node.log.Log;
import dev.skep.node.source.MirrorAccess;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code skep serve}: the node daemon. */
@Command(
    name = "serve",
    description = {
      "The node daemon: runs the programs that this node shall run.",
      "What runs when it ends goes on in the kernel, and the next start takes it over.",
      "",
      "With --manifests the programs are BpfProgram manifests in a folder, without Kubernetes;"
          + " otherwise they are what the cluster's operator assigned to the node.",
      "",
      "Serves /metrics, /healthz and /readyz."
    },
    footer = {
      "%nExamples:",
      "  skep serve --manifests /etc/skep",
      "  skep serve --node-name node-1 --kubeconfig ~/.kube/config --mirror http://127.0.0.1:8080"
    })
final class ServeCommand implements Callable<Integer> {
  private static final int LAST_PORT = 65535;

  @ParentCommand private Skep skep;
  @Spec private CommandSpec spec;

  @Option(
      names = "--node-name",
      paramLabel = "NAME",
      defaultValue = "${env:NODE_NAME}",
      description = "The Node this is. Default: $NODE_NAME, else the host's name.")
  private String nodeName;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      defaultValue = "${env:SKEP_NAMESPACE:-skep-system}",
      description = "Where the operator is installed. Default: $SKEP_NAMESPACE, else skep-system.")
  private String namespace;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "How to reach the cluster. Default: $KUBECONFIG, in a pod its own account, else"
              + " ~/.kube/config.")
  private Path kubeconfig;

  @Option(
      names = "--mirror",
      paramLabel = "URL",
      description = "The operator's address; objects are fetched there by digest.")
  private URI mirror;

  @Option(
      names = "--mirror-ca",
      paramLabel = "FILE",
      description =
          "Certificates (PEM) of the authorities to trust for the mirror; read again when it"
              + " changes. Default: those Java trusts.")
  private Path mirrorAuthorities;

  @Option(
      names = "--mirror-ca-configmap",
      paramLabel = "NAME",
      description =
          "ConfigMap in --namespace whose ca.crt says the same; the API server is asked for it while"
              + " the file is empty, since a kubelet may take a minute to fill that.")
  private String authoritiesConfigMap;

  @Option(
      names = "--mirror-token",
      paramLabel = "FILE",
      description = "The token to show to the mirror; read for each request.")
  private Path mirrorToken;

  @Option(
      names = "--manifests",
      paramLabel = "DIR",
      description = "Run the BpfPrograms in this folder's *.yaml, without a cluster.")
  private Path manifests;

  @Option(
      names = "--plain-http",
      paramLabel = "HOST[:PORT]",
      description =
          "With --manifests: a registry to speak to without TLS; may be given several times."
              + " Loopback registries need it not.")
  private Set<String> plainHttp = Set.of();

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      defaultValue = "/var/lib/skep",
      description = "What must outlive the daemon. Default: ${DEFAULT-VALUE}.")
  private Path stateDir;

  @Option(
      names = "--pin-root",
      paramLabel = "DIR",
      defaultValue = "/sys/fs/bpf/skep",
      description = "Folder in a BPF file system for pins. Default: ${DEFAULT-VALUE}.")
  private Path pinRoot;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "9644",
      description =
          "Port of /metrics, /healthz, /readyz; 0: a free one. Default: ${DEFAULT-VALUE}.")
  private int httpPort;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (httpPort < 0 || httpPort > LAST_PORT) {
      throw new ParameterException(
          spec.commandLine(), "--http-port %d: write 0 to %d".formatted(httpPort, LAST_PORT));
    }
    // Whoever is on the way could take it, and fetch in this daemon's name.
    if (mirrorToken != null && mirror != null && !"https".equalsIgnoreCase(mirror.getScheme())) {
      throw new ParameterException(
          spec.commandLine(),
          "--mirror %s: a token is shown to https only; leave out --mirror-token"
              .formatted(mirror));
    }
    // An empty folder means that nothing shall run; a wrong one must not.
    if (manifests != null && !Files.isDirectory(manifests)) {
      throw new CommandFailure(ExitCode.NOT_FOUND, manifests + ": no such folder");
    }
    Log.toStandardError(skep.verbose());
    try {
      Daemon.run(options(), Version.version());
    } catch (BindException taken) {
      throw new CommandFailure(
          ExitCode.FAILURE, "port %d is in use: name another with --http-port".formatted(httpPort));
    }
    return ExitCode.OK;
  }

  private ServeOptions options() throws UnknownHostException {
    return new ServeOptions(
        nodeName == null || nodeName.isEmpty()
            ? InetAddress.getLocalHost().getHostName()
            : nodeName,
        namespace,
        Optional.ofNullable(kubeconfig),
        Optional.ofNullable(mirror)
            .map(
                address ->
                    new MirrorAccess(
                        address,
                        Optional.ofNullable(mirrorAuthorities),
                        Optional.ofNullable(authoritiesConfigMap),
                        Optional.ofNullable(mirrorToken))),
        stateDir,
        pinRoot,
        httpPort,
        Optional.ofNullable(manifests)
            .map(folder -> new ServeOptions.Manifests(folder, plainHttp)));
  }
}
