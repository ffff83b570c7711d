package dev.skep.tests.install;

import java.util.List;

/**
 * One value of the Helm chart.
 *
 * @param path as it is set: operator.replicas
 * @param type of JSON schema
 * @param fallback what it is when nobody sets it, as YAML
 * @param description a sentence or two
 */
record ChartValue(String path, String type, String fallback, String description) {

  /** Every one, in the order of values.yaml and of the chart's README. */
  static final List<ChartValue> ALL =
      List.of(
          text("operator.image.repository", "skep.dev/operator", "Where the operator's image is."),
          text("operator.image.tag", "", "Its tag; empty: the chart's appVersion."),
          text("operator.image.digest", "", "sha256:… of the image, instead of a tag."),
          text("operator.image.pullPolicy", "IfNotPresent", "Always, IfNotPresent or Never."),
          new ChartValue(
              "operator.replicas",
              "integer",
              "2",
              "One leads, all serve objects to daemons. With 1, a node that reboots while the"
                  + " operator moves starts from its own cache."),
          new ChartValue(
              "operator.resources",
              "object",
              "{requests: {cpu: 50m, memory: 192Mi}, limits: {memory: 512Mi}}",
              "Requests and limits of the operator."),
          text(
              "operator.priorityClassName",
              "system-cluster-critical",
              "Empty on clusters that keep the system classes for kube-system."),
          new ChartValue(
              "operator.nodeSelector",
              "object",
              "{kubernetes.io/os: linux}",
              "Labels of the nodes that the operator may run on."),
          list("operator.tolerations", "[]", "Taints that the operator tolerates."),
          list(
              "operator.env",
              "[]",
              "More environment, as in a container: {name: SKEP_PULL_RECHECK, value: 1m}."),
          text("daemon.image.repository", "skep.dev/daemon", "Where the daemon's image is."),
          text("daemon.image.tag", "", "Its tag; empty: the chart's appVersion."),
          text("daemon.image.digest", "", "sha256:… of the image, instead of a tag."),
          text("daemon.image.pullPolicy", "IfNotPresent", "Always, IfNotPresent or Never."),
          new ChartValue(
              "daemon.resources",
              "object",
              "{requests: {cpu: 100m, memory: 96Mi}}",
              "Of the daemon. A limit of memory would be one for all maps of the node too: the kernel"
                  + " counts them to the daemon."),
          text(
              "daemon.priorityClassName",
              "system-node-critical",
              "Empty on clusters that keep the system classes for kube-system."),
          new ChartValue(
              "daemon.nodeSelector",
              "object",
              "{kubernetes.io/os: linux}",
              "Labels of the nodes that get a daemon."),
          list(
              "daemon.tolerations",
              "[{operator: Exists}]",
              "Taints that the daemon tolerates: all, for a program is wanted on every node."),
          text(
              "daemon.maxUnavailable",
              "10%",
              "Daemons that are replaced at a time, a number or a share; programs stay attached meanwhile."),
          new ChartValue(
              "daemon.httpPort",
              "integer",
              "9644",
              "Port of the daemon's metrics and probes, on the node's own network."),
          text("daemon.stateDir", "/var/lib/skep", "Folder of the node for the daemon's state."),
          flag(
              "daemon.capabilities.sysAdmin",
              "true",
              "CAP_SYS_ADMIN: targets in pods' network namespaces, uprobes without uprobe.multi, run"
                  + " statistics. Without it these are Incompatible."),
          flag(
              "daemon.capabilities.sysPtrace",
              "true",
              "CAP_SYS_PTRACE: uprobes and USDT in binaries of the node and of pods, network"
                  + " namespaces of pods. Without it these are Incompatible."),
          list("daemon.extraArgs", "[]", "More arguments of skep serve."),
          list("imagePullSecrets", "[]", "For Skep's own images: [{name: regcred}]."),
          list(
              "pullSecrets",
              "[]",
              "Secrets that programs pull their images with and the operator may read, besides"
                  + " skep-pull-secret of its own namespace: [{namespace: shop, name: regcred}]."),
          flag("crds.install", "true", "Install the CRDs. False: somebody else does, before."),
          flag(
              "crds.keep",
              "true",
              "Leave the CRDs, and with them every BpfProgram, when the release is uninstalled."),
          flag(
              "admissionPolicy.enabled",
              "true",
              "Hold each daemon to its own node. False only on Kubernetes before 1.30, which has no"
                  + " ValidatingAdmissionPolicy: whoever has one daemon's token then speaks for every"
                  + " node."),
          flag("networkPolicy.enabled", "true", "Allow the operator's two ports and no others."),
          flag(
              "certManager.enabled",
              "false",
              "Let cert-manager make the mirror's certificate, instead of the operator."),
          flag(
              "monitoring.enabled",
              "false",
              "ServiceMonitor, PodMonitor and PrometheusRule, for the Prometheus operator."));

  private static ChartValue text(String path, String fallback, String description) {
    return new ChartValue(path, "string", "\"" + fallback + "\"", description);
  }

  private static ChartValue flag(String path, String fallback, String description) {
    return new ChartValue(path, "boolean", fallback, description);
  }

  private static ChartValue list(String path, String fallback, String description) {
    return new ChartValue(path, "array", fallback, description);
  }
}
