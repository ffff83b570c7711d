// SPDX-License-Identifier: Apache-2.0
/* Two counters in .bss; bss_b has them in the same bytes the other way round, bss_c as they are. */
#include "skep.bpf.h"

#ifndef BY
#define BY 1
#endif

__u64 first, second;

SEC("tracepoint/syscalls/sys_enter_openat")
int on_openat(void *ctx)
{
#ifdef SWAPPED
	/* clang lays them out as they are used. */
	__sync_fetch_and_add(&second, 0);
#endif
	__sync_fetch_and_add(&first, BY);
	__sync_fetch_and_add(&second, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
