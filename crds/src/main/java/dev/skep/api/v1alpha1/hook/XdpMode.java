package dev.skep.api.v1alpha1.hook;

/** Where in the receive path an XDP program runs. */
public enum XdpMode {
  Auto,
  Native,
  Generic
}
