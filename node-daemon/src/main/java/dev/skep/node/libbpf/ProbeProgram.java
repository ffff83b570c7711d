package dev.skep.node.libbpf;

/**
 * A program of two instructions, to see whether the kernel takes its kind.
 *
 * @param type enum bpf_prog_type
 * @param attachType enum bpf_attach_type
 * @param btfId what a tracing program is for, else 0
 * @param flags BPF_F_… of BPF_PROG_LOAD
 * @param answer what it returns: some kinds may return 1 only
 */
public record ProbeProgram(int type, int attachType, int btfId, int flags, int answer) {
  public ProbeProgram(int type, int attachType) {
    this(type, attachType, 0, 0, 0);
  }
}
