/* SPDX-License-Identifier: Apache-2.0 */
/* Counts of packets, one on each CPU. */
#pragma once

#include "skep.bpf.h"

struct packet_count {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
};

/* One more in a struct packet_count. */
static __always_inline void count_in(void *map)
{
	const __u32 slot = 0;
	__u64 *count = bpf_map_lookup_elem(map, &slot);

	if (count)
		*count += 1;
}
