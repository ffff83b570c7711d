package dev.skep.api.v1alpha1;

import java.util.Map;

/** Texts for what is not a field of ours: the kinds, and types that Kubernetes gives. */
final class CrdDescriptions {
  static final Map<String, String> KINDS =
      Map.of(
          "bpfprograms",
          "An eBPF object from an OCI image, and where its programs run.",
          "bpfrevisions",
          "One immutable outcome of resolving and inspecting a BpfProgram; written by the operator.",
          "bpfnodes",
          "What one node shall run (spec, by the operator) and what it does run (status, by that"
              + " node's daemon). Named after its Node.");

  private static final Map<String, String> FIELDS =
      Map.of(
          "spec",
          "What is wanted.",
          "status",
          "What is seen.",
          "spec.nodeSelector.matchLabels",
          "Labels that a node must have, with these values.",
          "spec.nodeSelector.matchExpressions",
          "Conditions on labels that must all hold.",
          "spec.nodeSelector.matchExpressions.[].key",
          "The label's key.",
          "spec.nodeSelector.matchExpressions.[].operator",
          "In, NotIn, Exists or DoesNotExist.",
          "spec.nodeSelector.matchExpressions.[].values",
          "Values for In and NotIn; none for the others.");

  private CrdDescriptions() {}

  static String of(String path) {
    return FIELDS.get(path);
  }
}
