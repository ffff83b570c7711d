/**
 * libbpf and the few calls of libc that Skep needs, through java.lang.foreign. The doors are {@link
 * dev.skep.node.libbpf.Libbpf} and {@link dev.skep.node.libbpf.Libc}, one interface for each C
 * library; nobody outside sees a memory segment or an errno that no exception carries. Behind them
 * {@code LibbpfCalls}, {@code ObjectCalls} and {@code LibcCalls} hold every method handle, and
 * {@code Layouts} every struct, by the names of the C headers, which a test compiles and compares.
 */
package dev.skep.node.libbpf;
