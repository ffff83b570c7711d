package dev.skep.api.v1alpha1.hook;

/** The way of a packet, as the interface sees it. */
public enum Direction {
  Ingress,
  Egress
}
