package dev.skep.node.libbpf;

/**
 * A link as the kernel shows it (struct bpf_link_info).
 *
 * @param type enum bpf_link_type
 * @param id the kernel's link id
 * @param programId the program that it runs
 * @param target what it is attached to, as its type names it; 0 where it names nothing
 */
public record LinkInfo(int type, int id, int programId, long target) {
  public static final int CGROUP = 3;
  public static final int NETNS = 5;
  public static final int XDP = 6;
  public static final int STRUCT_OPS = 9;
  public static final int TCX = 11;
  public static final int NETKIT = 13;

  /** The interface of an xdp, tcx or netkit link, 0 when that interface is gone; else 0. */
  public int ifindex() {
    return type == XDP || type == TCX || type == NETKIT ? (int) target : 0;
  }

  /** The control group of a cgroup link, 0 when it is gone; else 0. */
  public long cgroupId() {
    return type == CGROUP ? target : 0;
  }

  /** The inode of the network namespace of a netns link, 0 when it is gone; else 0. */
  public long network() {
    return type == NETNS ? target : 0;
  }

  /** The map of a struct_ops link; else 0. */
  public int mapId() {
    return type == STRUCT_OPS ? (int) target : 0;
  }
}
