package dev.skep.api.v1alpha1.hook;

import java.util.List;

/** A hook of network interfaces. */
public sealed interface InterfaceHook extends Hook permits Xdp, Tc, Netkit {
  /** Names, patterns, or the word primary. */
  List<String> interfaces();

  /** The network namespace that they are in, or null for the host's. */
  String networkNamespace();

  /** The pods whose interfaces they are, or null. */
  Pods pods();

  /** Which end of the pods' interfaces; null without pods, and for Host. */
  PodSide side();

  /** Order among the programs of one interface: lower runs first. */
  Integer priority();

  /** The same on one interface of a namespace that is known. */
  InterfaceHook narrowed(String one);
}
