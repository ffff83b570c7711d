package dev.skep.api.v1alpha1.hook;

/** One kind of attachment; a new one makes the compiler list what must answer it. */
public sealed interface Hook
    permits InterfaceHook,
        CgroupHook,
        BinaryHook,
        NetworkHook,
        Tracepoint,
        RawTracepoint,
        Kprobe,
        KprobeMulti,
        Fentry,
        Lsm,
        PerfEvent,
        Sockmap,
        Netfilter,
        Iter,
        StructOps,
        Syscall {}
