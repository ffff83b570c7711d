package dev.skep.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * What one node shall run (spec, by the operator) and what it does run (status, by that node's
 * daemon). Named after its Node.
 */
@Group(BpfProgram.GROUP)
@Version(BpfProgram.VERSION)
@Plural("bpfnodes")
@AdditionalPrinterColumn(
    name = "Kernel",
    jsonPath = ".status.kernel.release",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Daemon",
    jsonPath = ".status.daemonVersion",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Programs",
    jsonPath = ".status.summary",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Silent",
    jsonPath = ".metadata.annotations.skep\\.dev/silent-since",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public class BpfNode extends CustomResource<BpfNodeSpec, BpfNodeStatus> {
  private static final long serialVersionUID = 1L;

  /**
   * Annotation, written by the operator: when the daemon was last heard of, RFC 3339. There is none
   * while it is heard.
   */
  public static final String SILENT_SINCE = "skep.dev/silent-since";
}
