package dev.skep.node.kernel;

/**
 * What the kernel counted of one program since it was loaded.
 *
 * @param runs times it ran
 * @param nanoseconds time it took, all runs together
 * @param recursionMisses times it was not run because it was running already on that CPU
 */
public record RunStatistics(long runs, long nanoseconds, long recursionMisses) {}
