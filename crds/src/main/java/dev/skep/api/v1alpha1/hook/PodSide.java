package dev.skep.api.v1alpha1.hook;

/** Which end of a pod's interface. */
public enum PodSide {
  /** In the host's network namespace, e.g. vethba12. */
  Host,
  /** Inside the pod, e.g. eth0. */
  Pod
}
