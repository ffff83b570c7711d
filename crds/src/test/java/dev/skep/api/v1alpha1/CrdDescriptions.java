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
      Map.of("spec", "What is wanted.", "status", "What is seen.");

  /** Of every label selector, by what follows its field. */
  private static final Map<String, String> SELECTOR =
      Map.of(
          "elector.matchLabels",
          "Labels that must be there, with these values.",
          "elector.matchExpressions",
          "Conditions on labels that must all hold.",
          "elector.matchExpressions.[].key",
          "The label's key.",
          "elector.matchExpressions.[].operator",
          "In, NotIn, Exists or DoesNotExist.",
          "elector.matchExpressions.[].values",
          "Values for In and NotIn; none for the others.");

  private CrdDescriptions() {}

  static String of(String path) {
    int selector = path.indexOf("elector.match");
    return selector < 0 ? FIELDS.get(path) : SELECTOR.get(path.substring(selector));
  }
}
