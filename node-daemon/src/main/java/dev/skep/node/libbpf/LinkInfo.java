package dev.skep.node.libbpf;

/**
 * A link as the kernel shows it (struct bpf_link_info).
 *
 * @param type enum bpf_link_type
 * @param id the kernel's link id
 * @param programId the program that it runs
 * @param ifindex the interface of an xdp or tcx link, 0 when that interface is gone; else 0
 * @param cgroupId the control group of a cgroup link, 0 when it is gone; else 0
 */
public record LinkInfo(int type, int id, int programId, int ifindex, long cgroupId) {
  public static final int CGROUP = 3;
  public static final int XDP = 6;
  public static final int TCX = 11;
}
