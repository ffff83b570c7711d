// SPDX-License-Identifier: Apache-2.0
/* Two programs of one object, each with a count of its own. */
#include "skep.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} firsts SEC(".maps"), seconds SEC(".maps");

static __always_inline int count_in(void *map)
{
	const __u32 slot = 0;
	__u64 *count = bpf_map_lookup_elem(map, &slot);

	if (count)
		*count += 1;
	return XDP_PASS;
}

SEC("xdp")
int first(struct xdp_md *ctx)
{
	return count_in(&firsts);
}

SEC("xdp")
int second(struct xdp_md *ctx)
{
	return count_in(&seconds);
}

char LICENSE[] SEC("license") = "GPL";
