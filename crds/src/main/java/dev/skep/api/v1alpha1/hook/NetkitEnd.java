package dev.skep.api.v1alpha1.hook;

/** Whose packets a netkit program sees. */
public enum NetkitEnd {
  Primary,
  Peer
}
