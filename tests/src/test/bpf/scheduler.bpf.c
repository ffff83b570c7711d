// SPDX-License-Identifier: Apache-2.0
/* A scheduler (sched_ext, Linux 6.12) that leaves all to the kernel's own, and counts its beginnings. */
#include "counted.bpf.h"

struct sched_ext_ops {
	__s32 (*init)(void);
	char name[128];
};

SEC("struct_ops.s/init")
__s32 BPF_PROG(on_begin)
{
	count();
	return 0;
}

SEC(".struct_ops.link")
struct sched_ext_ops plain = {
	.init = (void *)on_begin,
	.name = "skep_it",
};

char LICENSE[] SEC("license") = "GPL";
