package dev.skep.api.v1alpha1.hook;

/** What an XDP program answers: enum xdp_action of linux/bpf.h, in its order. */
public enum XdpAction {
  Aborted,
  Drop,
  Pass,
  Tx,
  Redirect
}
