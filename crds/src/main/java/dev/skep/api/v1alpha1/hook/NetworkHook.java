package dev.skep.api.v1alpha1.hook;

/** A hook of whole network namespaces. */
public sealed interface NetworkHook extends Hook permits SkLookup, FlowDissector {
  /** A name or path of the node, or null for the host's. */
  String networkNamespace();

  /** The pods whose network namespaces are meant, or null. */
  Pods pods();

  /** The same for one namespace that is known. */
  NetworkHook narrowed();
}
