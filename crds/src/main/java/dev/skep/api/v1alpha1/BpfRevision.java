package dev.skep.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;

/** One immutable outcome of resolving and inspecting a BpfProgram; written by the operator. */
@Group(BpfProgram.GROUP)
@Version(BpfProgram.VERSION)
@Plural("bpfrevisions")
@AdditionalPrinterColumn(
    name = "Program",
    jsonPath = ".spec.program",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Digest",
    jsonPath = ".spec.image.digest",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public class BpfRevision extends CustomResource<BpfRevisionSpec, Void> implements Namespaced {
  @Override
  @Required
  public BpfRevisionSpec getSpec() {
    return super.getSpec();
  }
}
