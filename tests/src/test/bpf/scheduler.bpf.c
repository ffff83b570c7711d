// SPDX-License-Identifier: Apache-2.0
/*
 * A scheduler (sched_ext, Linux 6.12) that leaves all to the kernel's own, and counts how often it
 * begins.
 */
#include "counted.bpf.h"

struct sched_ext_ops {
	__s32 (*init)(void);
	char name[128];
};

const volatile __u32 status;

SEC("struct_ops.s/init")
__s32 BPF_PROG(on_begin)
{
	count();
	return status;
}

SEC(".struct_ops.link")
struct sched_ext_ops plain = {
	.init = (void *)on_begin,
	.name = "skep_it",
};

char LICENSE[] SEC("license") = "GPL";
