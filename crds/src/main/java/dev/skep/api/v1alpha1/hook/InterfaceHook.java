package dev.skep.api.v1alpha1.hook;

import java.util.List;

/** A hook of network interfaces. */
public sealed interface InterfaceHook extends Hook permits Xdp, Tc, Netkit {
  /** Of interfaces, as kubectl explain shows it. */
  String INTERFACES =
      "Network interfaces: names (eth0), patterns (veth*; * is any text, ? one letter), or primary, the interface of the default route. Those that come later are attached when they come. With pods: interfaces inside the pod, mostly eth0. 1 to 64.";

  /** Of networkNamespace. */
  String NETWORK_NAMESPACE =
      "The network namespace that the interfaces are in: a name as ip netns shows it, or an absolute path on the node. Default: the host's.";

  /** Of pods. */
  String PODS =
      "The pods whose interfaces are meant. Default: none; the interfaces are the host's or networkNamespace's.";

  /** Of side. */
  String SIDE =
      "With pods, which end of each interface: Host, the one in the host's network namespace, or Pod, the one inside the pod. Default: Host.";

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
