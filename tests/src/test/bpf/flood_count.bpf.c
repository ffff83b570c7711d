// SPDX-License-Identifier: Apache-2.0
/*
 * Counts, per CPU, the frames of EtherType 0x88b5 (IEEE 802: for local experiments) and lets every
 * other one pass, so that what was sent and what was counted can be compared to the packet.
 */
#include "skep.bpf.h"

#include <bpf/bpf_endian.h>
#include <linux/if_ether.h>

#define LOCAL_EXPERIMENT 0x88b5

/* Even or odd: says into which slot this load counts, so that each one is seen at work. */
const volatile __u32 edition = 0;

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} frames SEC(".maps");

SEC("xdp")
int count_frames(struct xdp_md *ctx)
{
	const struct ethhdr *frame = (void *)(long)ctx->data;
	const __u32 slot = edition & 1;
	__u64 *count;

	if ((void *)(frame + 1) > (void *)(long)ctx->data_end
	    || frame->h_proto != bpf_htons(LOCAL_EXPERIMENT))
		return XDP_PASS;
	count = bpf_map_lookup_elem(&frames, &slot);
	if (count)
		*count += 1;
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
