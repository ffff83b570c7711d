package dev.skep.api.v1alpha1.hook;

/** A hook of control groups. */
public sealed interface CgroupHook extends Hook permits Cgroup, LsmCgroup {
  /** A path or pattern below the root of the hierarchy, or null. */
  String path();

  /** The pods whose control groups are meant, or null. */
  Pods pods();

  /** The same for one control group. */
  CgroupHook narrowed(String one);
}
