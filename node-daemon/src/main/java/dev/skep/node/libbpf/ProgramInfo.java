package dev.skep.node.libbpf;

/**
 * A program as the kernel shows it (struct bpf_prog_info).
 *
 * @param type enum bpf_prog_type
 * @param id the kernel's program id
 * @param name its first 15 bytes
 * @param runs times it ran while statistics were on
 * @param nanoseconds time it took then
 * @param recursionMisses times it was not run because it was running already on that CPU
 */
public record ProgramInfo(
    int type, int id, String name, long runs, long nanoseconds, long recursionMisses) {}
