// SPDX-License-Identifier: Apache-2.0
/* A tracepoint with a global: counts openat, of one process when target_pid is not 0. */
#include "counted.bpf.h"

const volatile __u32 target_pid = 0;

SEC("tracepoint/syscalls/sys_enter_openat")
int on_openat(void *ctx)
{
	if (target_pid && target_pid != current_pid())
		return 0;
	return count();
}

char LICENSE[] SEC("license") = "GPL";
