package dev.skep.api.v1alpha1.hook;

/** A hook of user-space binaries. */
public sealed interface BinaryHook extends Hook permits Uprobe, UprobeMulti, Usdt {
  /** Its path on the node, or in the pods' containers. */
  String binary();

  /** The pods whose containers have it, or null. */
  Pods pods();

  /** The same for one file of the node. */
  BinaryHook narrowed(String one);
}
