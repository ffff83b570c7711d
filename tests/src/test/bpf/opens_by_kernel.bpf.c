// SPDX-License-Identifier: Apache-2.0
/* The same event by the best hook of a kernel: a group of fallbacks. Counts openat. */
#include "counted.bpf.h"

SEC("fentry/do_sys_openat2")
int by_fentry(void *ctx)
{
	return count();
}

SEC("kprobe/do_sys_openat2")
int by_kprobe(void *ctx)
{
	return count();
}

SEC("tracepoint/syscalls/sys_enter_openat")
int by_tracepoint(void *ctx)
{
	return count();
}

char LICENSE[] SEC("license") = "GPL";
