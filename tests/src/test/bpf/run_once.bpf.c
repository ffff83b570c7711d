// SPDX-License-Identifier: Apache-2.0
/* Counts its runs, and returns how many there were. */
#include "counted.bpf.h"

SEC("syscall")
int fill(void *ctx)
{
	const __u32 slot = 0;
	__u64 *runs;

	count();
	runs = bpf_map_lookup_elem(&hits, &slot);
	return runs ? (int)*runs : 0;
}

char LICENSE[] SEC("license") = "GPL";
